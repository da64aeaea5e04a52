import {expect, test} from 'vitest';
import {renderHelp} from '../../src/commands/help.ts';
import {options} from '../../src/commands/options.ts';
import {type Command, commands} from '../../src/commands/table.ts';
import {keys} from '../../src/model/settings/keys.ts';

const all = Object.keys(commands) as Command[];

test('every command, option and setting is on the page, with the commands that take an option', () => {
  const page = renderHelp('install', 200);
  for (const command of all) expect(page).toContain(command === 'install' ? 'jitsi-onebox' : command);
  for (const option of Object.keys(options)) expect(page).toMatch(new RegExp(`^ {2}--${option}\\b.* \\S`, 'm'));
  for (const key of keys.keys()) expect(page).toContain(`  ${key}`);
  expect(page).toMatch(/--when-idle .*\(apply, passwords, doctor\)\.$/m);
  expect(page).toMatch(/--take-over .*\(without a command, plan, apply\)\.$/m);
  expect(page).toMatch(/^ {2}jitsi-onebox undo \[RUN\] /m);
});

test.each(all.flatMap(command => [80, 132].map(width => [command, width] as const)))(
  'the page of %s fits %d columns',
  (command, width) => {
    for (const line of renderHelp(command, width).split('\n')) {
      expect(line).not.toMatch(/undefined| $/);
      expect(line.length, line).toBeLessThanOrEqual(width);
    }
  },
);

test('the page of a command has its usage, its options and its exit statuses, and says where the rest is', () => {
  const page = renderHelp('plan');
  expect(page).toMatch(
    /^Show what would change.*\n\nUsage: jitsi-onebox plan \[options\]\n\nExample: jitsi-onebox plan/,
  );
  expect(page).toMatch(/^ {2}--out DIR .*\n(?:.*\n)*Options of every command\n {2}--settings/m);
  expect(page).toContain('  2    plan found changes; update found updates');
  expect(page).toMatch(/: jitsi-onebox --help$/);
  for (const foreign of ['--purge', '  4   ', 'ports.web']) expect(page).not.toContain(foreign);
});

test('the settings are on the page of settings too', () => {
  expect(renderHelp('settings')).toContain('ports.web');
});
