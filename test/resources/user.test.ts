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
    name: 'a snapshot of a missing user',
    resource: restoreUser({thing: 'user', name: 'mmproxy', was: {type: 'absent'}}),
    machine: () => createSwitch('getent passwd mmproxy', 'systemd-run', [{exitCode: 0}, {exitCode: 2}]),
    differs: ['remove'],
    does: ['run systemd-run --quiet --wait --pipe --collect -- userdel mmproxy'],
  },
]);
