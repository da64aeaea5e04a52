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
  [['uninstall', '--purge'], {command: 'uninstall', purge: true}],
  [['plan', '--save', 'plan.json'], {command: 'plan', save: 'plan.json'}],
  [['apply', '--plan', 'plan.json'], {command: 'apply', plan: 'plan.json', yes: true}],
  [['apply', '--take-over', 'haproxy,podman-docker'], {command: 'apply', takeOver: ['haproxy', 'podman-docker']}],
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
  [['apply', '--take-over', 'haproxi'], /accepts haproxy, compose and names of packages/],
  [['apply', '--take-over', '-x'], /accepts|argument/],
  [['toString'], /There is no command `toString`/],
])('%j is not, and it says why', (argv, said) => {
  expect(() => readArguments(argv)).toThrow(said);
});
