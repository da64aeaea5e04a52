import {expect, test} from 'vitest';
import {renderHelp} from '../../src/commands/help.ts';
import {options} from '../../src/commands/options.ts';
import {commands} from '../../src/commands/table.ts';

test('every command and every option is on the page, with the commands that take it', () => {
  const page = renderHelp('install');
  for (const command of Object.keys(commands)) expect(page).toContain(command === 'install' ? 'jitsi-onebox' : command);
  for (const option of Object.keys(options)) expect(page).toMatch(new RegExp(`^ {2}--${option}\\b.* \\S`, 'm'));
  expect(page).toMatch(/--when-idle .*\(apply, passwords, doctor\)\.$/m);
  expect(page).toMatch(/^ {2}jitsi-onebox undo \[RUN\] /m);
  for (const line of page.split('\n')) expect(line).not.toMatch(/undefined| $/);
});

test('the page of a command begins with the command', () => {
  expect(renderHelp('check')).toMatch(/^jitsi-onebox check: Check a server.*\n\nExample: jitsi-onebox check meet/);
});
