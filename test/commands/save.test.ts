import {mkdtemp, readFile, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {showPlan} from '../../src/commands/plan.ts';
import {showSettings} from '../../src/commands/settings.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const saved = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';

/** Makes the context of a command line, with a machine that must not be looked at. */
function prepare(...argv: readonly string[]) {
  const host = createMemoryHost({files: {'/etc/jitsi-onebox/settings.yaml': saved}});
  const detect = vi.fn();
  const printed: string[] = [];
  const context = {invocation: readArguments(argv), machine: {host, detect}} as unknown as CommandContext;
  return {context, detect, printed, print: (text: string) => void printed.push(text)};
}

test.each(['/', '.', '..', 'link'])(
  'plan writes nothing below %s, and says so before it looks at anything',
  async name => {
    const place = await mkdtemp(join(tmpdir(), 'save-'));
    await symlink('/', join(place, 'link'));
    const {context, detect, print} = prepare('plan', '--out', name === 'link' ? join(place, name) : name);
    const attempt = showPlan(context, print, () => Promise.reject(new Error('asked')));
    await expect(attempt).rejects.toMatchObject({
      code: 'bad-usage',
      summary: expect.stringContaining('empty directory'),
    });
    expect(detect).not.toHaveBeenCalled();
  },
);

test('settings are saved into a new file, or to standard output', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'save-')), 'meet.yaml');
  const {context, printed, print} = prepare('settings', '--save', path);
  await showSettings(context, print);
  const stream = prepare('settings', '--save', '-');
  await showSettings(stream.context, stream.print);
  expect(await readFile(path, 'utf8')).toBe(`${stream.printed.join('')}\n`);
  expect(printed.join('')).toContain(`Saved to ${path}.`);
});

test('settings replace no file', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'save-')), 'meet.yaml');
  await writeFile(path, 'mine');
  const {context, print} = prepare('settings', '--save', path);
  await expect(showSettings(context, print)).rejects.toThrow('it exists already');
  expect(await readFile(path, 'utf8')).toBe('mine');
});
