import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {type CommandContext, readDraft} from '../../src/commands/context.ts';
import {settingsPath} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets} from '../stack/input.ts';

const read = (host: ReturnType<typeof createMemoryHost>) =>
  readDraft({invocation: readArguments(['plan']), machine: {host}, assets} as unknown as CommandContext);

test('settings that only root may read are a problem with a remedy', async () => {
  const host = createMemoryHost({files: {[settingsPath]: 'domain: meet.example.org\n'}, denied: [settingsPath]});
  await expect(read(host)).rejects.toMatchObject({code: 'not-root', summary: expect.stringContaining(settingsPath)});
});

test('without an installation nothing needs root', async () => {
  expect((await read(createMemoryHost())).missing).toContain('domain');
});
