import {setTimeout as sleep} from 'node:timers/promises';
import type {NamedFact} from '../model/facts.ts';
import type {Machine, RunRecord} from '../model/machine.ts';
import {settingsPath} from '../stack/index.ts';
import {createRecordedHost} from './host.ts';
import type {Recording} from './recording.ts';
import {comparePlans, rehearse, rehearseChecks} from './script.ts';

/** Milliseconds between two facts, so that they appear one after the other, as on a real machine. */
const usualPause = 50;

/** Returns a recorded machine: on it everything happens as on this one, and nothing is changed. */
export function createRecordedMachine(recording: Recording): Machine {
  const {facts, props} = recording;
  const {settings, names = {}} = props;
  return {
    host: createRecordedHost(settings === undefined ? {} : {[settingsPath]: settings}),
    detect: () => replayFacts(recording, usualPause),
    lookUp: async name => names[name] ?? (facts.publicAddress.value === undefined ? [] : [facts.publicAddress.value]),
    subtractInstalled: async (plan, planInstalled) =>
      settings === undefined ? plan : comparePlans(await planInstalled(), plan),
    check: checks => rehearseChecks(checks, props),
    async start(request, plan, checks): Promise<RunRecord> {
      const stopping = new AbortController();
      return {
        request,
        follow: leaving => rehearse(plan, checks, props, AbortSignal.any([stopping.signal, leaving])),
        stop: () => stopping.abort(),
        openUndo: () => Promise.reject(new Error('A rehearsed run is never taken back.')),
      };
    },
    openLatestRun: async () => undefined,
    canUninstall: false,
  };
}

/** Yields recorded facts. */
export async function* replayFacts({facts}: Recording, pause: number): AsyncGenerator<NamedFact> {
  for (const [name, fact] of Object.entries(facts)) {
    if (pause > 0) await sleep(pause);
    yield {name, fact} as NamedFact;
  }
}
