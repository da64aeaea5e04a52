import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {mayWrite, writeBundle} from '../../src/commands/bundle.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {settingsPath} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets, makeInput} from '../stack/input.ts';

vi.mock('../../src/commands/context.ts', async original => ({
  ...(await original<object>()),
  detectFacts: async () => makeInput().facts,
  drawStackFor: async () => ({checks: [], blueprint: {project: {name: 'jitsi'}}}),
}));

/** Types words in answer to the question, and returns the decision with everything that was shown. */
async function type(...words: readonly string[]) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  stdin.end(words.map(word => `${word}\n`).join(''));
  const shown = text(stdout);
  const decision = await mayWrite({stdin, stdout}, {file: '/root/help.txt', text: '===== Facts ====='});
  stdout.end();
  return {decision, shown: await shown};
}

test('a bundle is written only after a yes', async () => {
  expect((await type('yes')).decision).toBe(true);
  for (const words of [['no'], [], ['perhaps', 'no']]) expect((await type(...words)).decision).toBe(false);
});

test('all of it can be read before', async () => {
  const {decision, shown} = await type('show', 'yes');
  expect(decision).toBe(true);
  expect(shown).toMatch(/Write this into \/root\/help\.txt\?.*===== Facts =====/s);
  expect((await type('no')).shown).not.toContain('Facts');
});

test('a bundle holds the journals of all our units, and is whole although the Engine fails', async () => {
  const units: string[] = [];
  const host = createMemoryHost({
    files: {[settingsPath]: 'domain: meet.example.org\n'},
    commands: {
      'journalctl --unit': ({argv}) => {
        units.push(argv[2] ?? '');
        return `a line of ${argv[2]}`;
      },
    },
  });
  host.docker.containers = () => Promise.reject(new Error('(HTTP code 500) server error'));
  const context = {
    invocation: readArguments(['doctor', '--bundle', '-']),
    machine: {host},
    assets,
    signal: new AbortController().signal,
  };
  const printed: string[] = [];
  await writeBundle(context as unknown as CommandContext, each => void printed.push(each), '-');
  const [bundle] = printed;
  expect(units).toContain('jitsi-onebox-*');
  expect(bundle).toContain('===== Journal of jitsi-onebox-* =====\na line of jitsi-onebox-*');
  expect(bundle).toMatch(/===== Containers =====\n.*500/s);
});
