import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';

test.each([
  [['status', '--json'], {command: 'status', json: true}],
  [['doctor'], {command: 'doctor'}],
  [['check', 'Meet.Example.org'], {command: 'check', domain: 'meet.example.org'}],
  [['check', '--help'], {command: 'check', help: true}],
  [['undo'], {command: 'undo', packages: false}],
  [['undo', '20261122T083000Z', '--packages', '--yes'], {command: 'undo', run: '20261122T083000Z', packages: true}],
  [['explain'], {command: 'explain'}],
  [['explain', 'turn-relay'], {command: 'explain', code: 'turn-relay'}],
  [
    ['passwords', 'renew', '--yes'],
    {command: 'passwords', renew: ['JICOFO_AUTH_PASSWORD', 'JVB_AUTH_PASSWORD', 'TURN_CREDENTIALS'], yes: true},
  ],
  [['passwords', 'renew', 'TURN_CREDENTIALS'], {command: 'passwords', renew: ['TURN_CREDENTIALS']}],
  [['passwords', '--help'], {command: 'passwords', help: true}],
  [['uninstall', '--purge'], {command: 'uninstall', purge: true}],
  [['plan', '--save', 'plan.json'], {command: 'plan', save: 'plan.json'}],
  [['apply', '--plan', 'plan.json'], {command: 'apply', plan: 'plan.json', yes: true}],
  [['backup', 'a.backup'], {command: 'backup', backup: {file: 'a.backup', verifies: false}}],
  [['backup', 'verify'], {command: 'backup', backup: {file: 'verify', verifies: false}}],
  [['backup', 'verify', 'a'], {command: 'backup', backup: {file: 'a', verifies: true}}],
  [['restore', 'a', '--passphrase-file', '-'], {command: 'restore', passphraseFile: '-'}],
  [['backup', '--help'], {command: 'backup', help: true}],
  [['users'], {command: 'users', action: 'list'}],
  [['users', 'add', 'anna', '--generate'], {command: 'users', action: 'add', name: 'anna', generate: true}],
  [['users', 'add', '--help'], {command: 'users', help: true}],
  [['token', 'Änna B', '--room', 'r', '--for', '1h', '--moderator'], {name: 'Änna B', room: 'r', moderator: true}],
  [[], {command: 'install'}],
])('%j is understood', (argv, expected) => {
  expect(readArguments(argv)).toMatchObject(expected);
});

test.each([
  [['check'], /needs a domain: none is empty/],
  [['check', '198.51.100.10'], /is an address, not a name/],
  [['check', 'https://meet.example.org/'], /is a URL/],
  [['check', 'meet.example.org', 'turn.example.org'], /takes no `turn.example.org`/],
  [['status', 'meet.example.org'], /takes no `meet.example.org`/],
  [['doctor', '--yes'], /has no option --yes/],
  [['undo', '--purge'], /has no option --purge/],
  [['explain', 'bosh', 'conference'], /takes no `conference`/],
  [['uninstall', 'all'], /takes no `all`/],
  [['undo', 'one', 'two'], /takes no `two`/],
  [['apply', '--plan', 'plan.json', '--set', 'domain=x'], /has its own set: leave out --set/],
  [['plan', '--plan', 'plan.json'], /has no option --plan/],
  [['backup'], /`backup` needs a file/],
  [['restore', 'verify', 'a'], /`restore` takes no `a`/],
  [['passwords'], /can only `renew` them/],
  [['passwords', 'renew', 'ROOT'], /no password ROOT; there are JICOFO_AUTH_PASSWORD, /],
  [['passwords', 'renew', 'JVB_AUTH_PASSWORD', 'x'], /takes no `x`/],
  [['users', 'add'], /needs a name/],
  [['users', 'add', 'Anna'], /The name "Anna" has other characters/],
  [['users', 'add', 'anna', 'password'], /`users add` takes no `password`/],
  [['users', 'list', 'anna'], /`users list` takes no `anna`/],
  [['users', 'rename', 'anna'], /can list, add, password, remove, not rename/],
  [['token'], /`token` needs a name/],
  [['status', '--room', 'x'], /has no option --room/],
  [['toString'], /There is no command `toString`/],
])('%j is not, and it says why', (argv, said) => {
  expect(() => readArguments(argv)).toThrow(said);
});
