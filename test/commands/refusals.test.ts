import {expect, test} from 'vitest';
import {noTerminal, notRoot} from '../../src/commands/refusals.ts';

test.each([
  [[], /^Run it with sudo: sudo jitsi-onebox\n/],
  [['status'], /^Run it with sudo: sudo jitsi-onebox status\n/],
  [['users', 'add', 'anna', '--generate'], /sudo jitsi-onebox users add anna --generate\n/],
  [['apply', '--set', 'branding.title=a b'], /sudo jitsi-onebox apply --set 'branding.title=a b'\n/],
])('%j needs root: the remedy has its words', (argv, line) => {
  expect(notRoot('do this', argv).remedy).toMatch(line);
});

test.each([
  ['restore', true, /jitsi-onebox restore FILE --passphrase-file FILE --yes/],
  ['restore', false, /jitsi-onebox restore FILE/],
  ['undo', true, /jitsi-onebox undo --yes/],
  ['passwords', true, /jitsi-onebox passwords renew --yes/],
  ['install', false, /jitsi-onebox apply --settings FILE --yes/],
] as const)('without a terminal, the remedy of %s is its own line (installed: %s)', (command, isInstalled, line) => {
  const {code, remedy} = noTerminal(command, isInstalled);
  expect(code).toBe('no-terminal');
  expect(remedy).toMatch(line);
});

test.each(['undo', 'uninstall', 'passwords'] as const)('%s says first that nothing is installed', command => {
  expect(noTerminal(command, false).code).toBe('not-installed');
});
