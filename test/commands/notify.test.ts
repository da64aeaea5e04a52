import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {testNotify} from '../../src/commands/notify.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const saved = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';

function prepare(settings: string, commands = {}) {
  const host = createMemoryHost({files: {'/etc/jitsi-onebox/settings.yaml': settings}, commands});
  const printed: string[] = [];
  const context = {invocation: readArguments(['notify', 'test']), machine: {host}} as unknown as CommandContext;
  return {printed, host, run: () => testNotify(context, text => printed.push(text))};
}

test('without a way, it says what to set', async () => {
  await expect(prepare(saved).run()).rejects.toMatchObject({code: 'no-ways'});
});

test('sendmail gets the mail on standard input, and its own words are shown', async () => {
  const settings = `${saved}notify: {mail: {to: [root@example.org]}}\n`;
  let input = '';
  const fine = prepare(settings, {
    sendmail: (command: {input: string}) => {
      input = command.input;
      return '';
    },
  });
  expect(await fine.run()).toBe(0);
  expect(fine.printed).toEqual(['mail to root@example.org, by sendmail: sent (sendmail accepted it).']);
  expect(fine.host.changes).toEqual(['run sendmail -i -f jitsi-onebox@meet.example.org -- root@example.org']);
  expect(input).toContain('Subject: meet.example.org: Test message');
  const missing = prepare(settings);
  expect(await missing.run()).toBe(1);
  expect(missing.printed[0]).toContain('sendmail: not found');
});

test.each([
  [['notify'], /can only `test`/],
  [['notify', 'all'], /can only `test`/],
  [['doctor', '--watch', '--bundle', 'x'], /either --watch or --bundle/],
  [['status', '--watch'], /no option --watch/],
])('%j is refused', (argv, said) => {
  expect(() => readArguments(argv)).toThrow(said);
});
