import {restoreUser, systemUser} from '../../src/resources/user.ts';
import {testContract} from './contract.ts';
import {createSwitch} from './work.ts';

testContract([
  {
    name: 'a missing user',
    resource: systemUser({name: 'mmproxy', title: 'User', place: 'mmproxy'}),
    machine: () => createSwitch('getent passwd mmproxy', 'systemd-run', [{exitCode: 2}, 'mmproxy:x:999:\n']),
    differs: ['create'],
    does: [
      'run systemd-run --quiet --wait --pipe --collect -- useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mmproxy',
    ],
  },
  {
    name: 'a missing user with a number',
    resource: systemUser({name: 'jitsi-turn', title: 'User', place: 'turn', uid: 551}),
    machine: () => createSwitch('getent passwd jitsi-turn', 'systemd-run', [{exitCode: 2}, 'jitsi-turn:x:551:\n']),
    differs: ['create'],
    does: [
      'run systemd-run --quiet --wait --pipe --collect -- useradd --system --uid 551 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin jitsi-turn',
    ],
  },
  {
    name: 'a snapshot of a user with its number',
    resource: restoreUser({thing: 'user', name: 'mmproxy', was: {type: 'value', value: '999'}}),
    machine: () => createSwitch('getent passwd mmproxy', 'systemd-run', [{exitCode: 2}, 'mmproxy:x:999:\n']),
    differs: ['create'],
    does: [
      'run systemd-run --quiet --wait --pipe --collect -- useradd --system --uid 999 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mmproxy',
    ],
  },
  {
    name: 'a snapshot of a user by a release before 0.2',
    resource: restoreUser({thing: 'user', name: 'mmproxy', was: {type: 'value', value: 'present'}}),
    machine: () => createSwitch('getent passwd mmproxy', 'systemd-run', [{exitCode: 2}, 'mmproxy:x:999:\n']),
    differs: ['create'],
    does: [
      'run systemd-run --quiet --wait --pipe --collect -- useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mmproxy',
    ],
  },
  {
    name: 'a snapshot of a missing user',
    resource: restoreUser({thing: 'user', name: 'mmproxy', was: {type: 'absent'}}),
    machine: () => createSwitch('getent passwd mmproxy', 'systemd-run', [{exitCode: 0}, {exitCode: 2}]),
    differs: ['remove'],
    does: ['run systemd-run --quiet --wait --pipe --collect -- userdel mmproxy'],
  },
]);
