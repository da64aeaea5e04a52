import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {showSettings} from '../../src/commands/settings.ts';
import {readAssets} from '../../src/host/assets.ts';
import {createRecordedMachine, parseRecording, replayFacts} from '../../src/rehearsal/machine.ts';

test('settings that are worked out from the machine are shown with their value', async () => {
  const facts = readFileSync(new URL('../machines/vm-behind-router.json', import.meta.url), 'utf8');
  const recording = parseRecording(facts, '');
  const machine = {...createRecordedMachine(recording), detect: () => replayFacts(recording, 0)};
  const given = ['domain=meet.example.org', 'turn.domain=turn.example.org', 'contact=a@example.org'];
  const invocation = readArguments(['settings', ...given.flatMap(each => ['--set', each])]);
  const printed: string[] = [];
  const context = {invocation, machine, assets: readAssets(), signal: new AbortController().signal};
  await showSettings(context, text => void printed.push(text));
  for (const key of ['limits.connections', 'limits.allocations', 'memory.jicofo', 'stack.subnet'])
    expect(printed.join()).toMatch(new RegExp(`^${key.replace('.', '\\.')} +\\S*\\d`, 'm'));
});
