import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {options} from '../../src/commands/options.ts';

test.each([
  [['users', 'add', 'anna'], 'users'],
  [['sites', 'add', 'a.example', '--to', '127.0.0.1:80'], 'sites'],
  [['undo'], 'undo'],
  [['passwords', 'renew'], 'passwords'],
  [['status'], 'status'],
  [['doctor', '--keep', '/etc/a'], 'doctor --keep'],
  [['doctor', '--take', '/etc/a'], 'doctor --take'],
  [['doctor', '--accept', 'bosh'], 'doctor --accept'],
  [['doctor', '--fix'], 'doctor --fix'],
])('%j acts on this machine, so it takes no recorded one', (argv, words) => {
  const remark = `\`${words}\` works on this machine only: leave out --facts.`;
  expect(() => readArguments([...argv, '--facts', 'a.json'])).toThrow(remark);
  expect(readArguments(['doctor', '--before', '--facts', 'a.json']).facts).toBe('a.json');
});

test.each([
  [['status', '--json'], {command: 'status', json: true}],
  [['doctor'], {command: 'doctor', accept: []}],
  [['doctor', '--accept', 'udp-buffers'], {command: 'doctor', accept: ['udp-buffers']}],
  [['doctor', '--fix', '--yes'], {command: 'doctor', fix: true, yes: true}],
  [['doctor', '--bundle', 'help.txt', '--yes'], {bundle: 'help.txt', yes: true}],
  [['doctor', '--before'], {command: 'doctor', before: true, outside: false}],
  [['doctor', '--outside', '--measure'], {command: 'doctor', outside: true, measure: true}],
  [['doctor', '--outside', '--json'], {command: 'doctor', outside: true, json: true}],
  [['try-ports'], {command: 'try-ports'}],
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
  [['backup', '--scheduled'], {command: 'backup', scheduled: true}],
  [['backup', '--help'], {command: 'backup', help: true}],
  [['users'], {command: 'users', action: 'list'}],
  [['users', 'add', 'anna', '--generate'], {command: 'users', action: 'add', name: 'anna', generate: true}],
  [['users', 'add', '--help'], {command: 'users', help: true}],
  [['token', 'Änna B', '--room', 'r', '--for', '1h', '--moderator'], {name: 'Änna B', room: 'r', moderator: true}],
  [['sites'], {command: 'sites', action: 'list'}],
  [['sites', 'add', '--help'], {command: 'sites', help: true}],
  [
    ['sites', 'add', 'WWW.example.org', '--to', '127.0.0.1:80'],
    {action: 'add', domain: 'www.example.org', to: '127.0.0.1:80'},
  ],
  [['sites', 'add', 'a.example', '--root', '/srv/a', '--yes'], {action: 'add', root: '/srv/a', yes: true}],
  [['sites', 'remove', 'a.example'], {action: 'remove', domain: 'a.example'}],
  [['update'], {command: 'update', now: false, yes: false}],
  [['update', '--now'], {command: 'update', now: true, yes: false}],
  [['update', '--now', '--despite', 'bosh,call', '--despite=xmpp'], {now: true, despite: ['bosh', 'call', 'xmpp']}],
  [['update', '--now', '--scheduled'], {command: 'update', now: true, scheduled: true, yes: true}],
  [['address'], {command: 'address', now: false, yes: false}],
  [['address', '--now', '--scheduled'], {command: 'address', now: true, scheduled: true, yes: true}],
  [['update', '--recover'], {command: 'update', recover: true, yes: true}],
  [['apply', '--take-over', 'haproxy,podman-docker'], {command: 'apply', takeOver: ['haproxy', 'podman-docker']}],
  [['logs'], {command: 'logs', follow: false}],
  [
    ['logs', 'web', '--since', '2h', '--grep', 'error', '--follow'],
    {command: 'logs', place: 'web', since: '2h', grep: 'error', follow: true},
  ],
  [[], {command: 'install'}],
  [['help'], {command: 'install', help: true}],
  [['help', 'plan'], {command: 'plan', help: true}],
  [['version'], {version: true}],
  [['plan', '--save', '-'], {save: '-'}],
])('%j is understood', (argv, expected) => {
  expect(readArguments(argv)).toMatchObject(expected);
});

test.each([
  [['check'], /^`check` needs a domain, such as meet\.example\.org\./],
  [['logs', 'router'], /has nginx, haproxy, mmproxy, web, prosody, jicofo, videobridge, turn, host, not router/],
  [['logs', '--since', 'yesterday'], /takes a time such as 30m, 2h or 7d, not yesterday/],
  [['status', '--follow'], /has no option --follow/],
  [['check', '198.51.100.10'], /is an address, not a name/],
  [['check', 'https://meet.example.org/'], /is a URL/],
  [['check', 'meet.example.org', 'turn.example.org'], /takes no `turn.example.org`/],
  [['status', 'meet.example.org'], /takes no `meet.example.org`/],
  [['doctor', '--yes'], /takes --yes only with --fix or --bundle/],
  [['status', '--fix'], /has no option --fix/],
  [['undo', '--purge'], /has no option --purge/],
  [['explain', 'bosh', 'conference'], /takes no `conference`/],
  [['uninstall', 'all'], /takes no `all`/],
  [['undo', 'one', 'two'], /takes no `two`/],
  [['apply', '--plan', 'plan.json', '--set', 'domain=x'], /has its own set: leave out --set/],
  [['plan', '--plan', 'plan.json'], /has no option --plan/],
  [['backup'], /`backup` needs a file/],
  [['backup', '--scheduled', 'a'], /`backup --scheduled` takes no `a`/],
  [['restore', 'verify', 'a'], /`restore` takes no `a`/],
  [['passwords'], /can only `renew` them/],
  [['passwords', 'renew', 'ROOT'], /no password ROOT; there are JICOFO_AUTH_PASSWORD, /],
  [['passwords', 'renew', 'JVB_AUTH_PASSWORD', 'x'], /takes no `x`/],
  [['users', 'add'], /needs a name/],
  [['users', 'add', 'Anna'], /The name "Anna" has other characters/],
  [['users', 'add', 'anna', 'password'], /`users add` takes no `password`/],
  [['users', 'list', 'anna'], /`users list` takes no `anna`/],
  [['users', 'rename', 'anna'], /can list, add, password, remove, not rename/],
  [['sites', 'add'], /`sites add` needs a domain/],
  [['sites', 'add', 'a.example'], /^`sites add` needs either --to HOST:PORT or --root DIR\./],
  [['sites', 'add', 'a.example', '--to', '80'], /is no host and port/],
  [['sites', 'list', 'a.example'], /`sites list` takes no `a.example`/],
  [['sites', 'remove', 'a.example', '--root', '/a'], /`sites remove` has no option --root/],
  [['sites', 'rename', 'a.example'], /can list, add, remove, not rename/],
  [['token'], /`token` needs a name/],
  [['token', ''], /^A name has 1 to 100 visible characters\./],
  [['status', '--room', 'x'], /has no option --room/],
  [['update', '--despite', 'bosh'], /--despite only with --now/],
  [['update', '--now', '--check'], /either --check or --now/],
  [['apply', '--now'], /has no option --now/],
  [['apply', '--take-over', 'haproxi'], /accepts haproxy, compose and names of packages/],
  [['apply', '--take-over', '-x'], /--take-over needs a value: NAME/],
  [['toString'], /^There is no command toString\./],
  [['plna'], /^There is no command plna\. Did you mean plan\?/],
  [['--frobnicate'], /^There is no option --frobnicate\. See/],
  [['plan', '--setings', 'a'], /^There is no option --setings\. Did you mean --settings\?/],
  [['apply', '-y'], /^There is no option -y\./],
  [['apply', '--yes=1'], /--yes takes no value/],
  [['apply', '--settings'], /^--settings needs a file, or - for standard input\./],
  [['apply', '--settings', '--yes'], /^--settings needs a file/],
  [['capacity', '--uplink', '-5'], /^--uplink needs a value: MBIT\. See/],
  [['plan', '--out', '-'], /^--out needs a directory, not -\./],
  [['backup', ''], /`backup` needs a file/],
  [['restore', '-'], /`restore` needs a file/],
  [['--out', 'x'], /^jitsi-onebox without a command has no option --out/],
  [['logs', '--accept', 'udp-buffers'], /`logs` has no option --accept/],
  [['logs', '--outside'], /`logs` has no option --outside/],
])('%j is not, and it says why', (argv, said) => {
  expect(() => readArguments(argv)).toThrow(said);
});

test.each(
  Object.entries(options).flatMap(([name, option]) => ('value' in option ? [[name, option.value] as const] : [])),
)('--%s without %s is refused: an empty value too', (name, value) => {
  const needs: Readonly<Record<string, RegExp>> = {
    FILE: /needs a file/,
    DIR: /needs a directory/,
    'FILE|-': /needs a file, or -/,
  };
  const words = needs[value] ?? /needs a value/;
  for (const argv of [[`--${name}`, ''], [`--${name}=`], [`--${name}`]])
    expect(() => readArguments(argv), argv.join(' ')).toThrow(words);
});
