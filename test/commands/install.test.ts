import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import {install} from '../../src/commands/install.ts';
import {readAssets} from '../../src/host/assets.ts';
import {noRun} from '../../src/model/run.ts';
import type {Report, Ui} from '../../src/model/ui.ts';
import {createRecordedMachine, parseRecording, replayFacts} from '../../src/rehearsal/machine.ts';

const settings = ['domain=meet.example.org', 'turn.domain=turn.example.org', 'contact=a@example.org'];
const given = settings.flatMap(each => ['--set', each]);

/** Runs the installation on a recorded machine with a user who answers so; returns its status, and the screens. */
async function rehearse(name: string, argv: readonly string[], answers: Partial<Ui>) {
  const read = (end: string) => readFileSync(new URL(`../machines/${name}${end}`, import.meta.url), 'utf8');
  const recording = parseRecording(read('.json'), name === 'installed' ? read('.rehearsal.yaml') : '');
  const machine = {...createRecordedMachine(recording), detect: () => replayFacts(recording, 0)};
  const screens: string[] = [];
  const look: Ui['look'] = async detected => {
    for await (const _ of detected);
  };
  const ui = new Proxy({...answers, look} as Ui, {
    get: (known, screen: keyof Ui) => {
      if (known[screen] !== undefined && screen !== 'look') screens.push(screen);
      return known[screen] ?? (async () => undefined);
    },
  });
  const context = {
    invocation: readArguments(argv),
    machine,
    assets: readAssets(),
    signal: new AbortController().signal,
  };
  return {exit: await install(context, ui), screens};
}

test('without an installation, given settings open the review, and never the home screen', async () => {
  const {exit, screens} = await rehearse('vm-behind-router', given, {
    home: async () => 'quit',
    review: async () => 'quit',
  });
  expect(screens).toEqual(['review']);
  expect(exit).toBe(130);
});

test('a rehearsal ends with the words that it was one, without an address to meet at', async () => {
  const shown: Report[] = [];
  const watch: Ui['watch'] = async () => ({...noRun, outcome: 'done', exit: 0});
  const answers: Partial<Ui> = {watch, review: async () => 'apply', report: async each => void shown.push(each)};
  expect((await rehearse('vm-behind-router', given, answers)).exit).toBe(0);
  expect(shown).toEqual([expect.objectContaining({isRehearsal: true, forwards: [], next: []})]);
  expect(shown[0]?.address).toBeUndefined();
  expect(shown[0]?.done).toBe('The rehearsal is over. Nothing was changed, and no server was set up.');
});

test('leaving the settings that were opened from the home screen shows it again', async () => {
  const purposes = ['change', 'quit'] as const;
  let at = 0;
  const {exit, screens} = await rehearse('installed', [], {
    home: async () => purposes[at++] ?? 'quit',
    ask: async () => undefined,
  });
  expect(screens).toEqual(['home', 'ask', 'home']);
  expect(exit).toBe(0);
});
