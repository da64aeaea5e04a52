import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {showBefore} from '../../src/commands/before.ts';
import {readDraft} from '../../src/commands/context.ts';
import {readAssets} from '../../src/host/assets.ts';
import type {Look} from '../../src/model/plan.ts';
import {createRecordedMachine, parseRecording, replayFacts} from '../../src/rehearsal/machine.ts';

async function look(...argv: readonly string[]): Promise<string> {
  const recording = parseRecording(
    readFileSync(new URL('../machines/vm-behind-router.json', import.meta.url), 'utf8'),
    '',
  );
  const machine = {...createRecordedMachine(recording), detect: () => replayFacts(recording, 0)};
  const invocation = readArguments(['doctor', '--before', ...argv]);
  const context = {invocation, machine, assets: readAssets(), signal: new AbortController().signal};
  const printed: string[] = [];
  await showBefore(context, text => void printed.push(text), await readDraft(context));
  return printed.join('\n');
}

test('without a domain, no example of the program is shown as one', async () => {
  const text = await look();
  expect(text).not.toContain('example.org');
  expect(text).toContain('unknown  Certificates for the domain: not set yet: --set domain=VALUE');
  const {looks}: {looks: readonly Look[]} = JSON.parse(await look('--json'));
  expect(looks.filter(({subject, title}) => `${subject} ${title}`.includes('example.org'))).toEqual([]);
});

test('a domain that is set keeps its name while another one is missing', async () => {
  const text = await look('--set', 'domain=talk.example.net');
  expect(text).toContain('unknown  Certificates for talk.example.net: not set yet: --set contact=VALUE');
  expect(text).toContain('unknown  Certificates for the domain of the relay: not set yet');
});
