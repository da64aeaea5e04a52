import {setTimeout as sleep} from 'node:timers/promises';
import {parse} from 'yaml';
import type {Facts, NamedFact} from '../model/facts.ts';
import {readFacts} from '../model/facts-json.ts';
import type {FileState, Host} from '../model/host.ts';
import type {Machine, RunRecord} from '../model/machine.ts';
import {settingsPath} from '../stack/index.ts';
import {comparePlans, type Props, rehearse, rehearseChecks} from './script.ts';

/** Milliseconds between two facts, so that they appear one after the other, as on a real machine. */
const usualPause = 50;

/** Returns a recorded machine: on it everything happens as on this one, and nothing is changed. */
export function createRecordedMachine(recording: Recording): Machine {
  const {facts, props} = recording;
  const {settings, names = {}} = props;
  const find = (name: string) =>
    names[name] ?? (facts.publicAddress.value === undefined ? [] : [facts.publicAddress.value]);
  return {
    host: createRecordedHost(settings === undefined ? {} : {[settingsPath]: settings}),
    detect: () => replayFacts(recording, usualPause),
    seeAddress: async () => facts.publicAddress,
    lookUp: async name => find(name),
    lookUpOutside: async name => [{from: 'the recording', addresses: find(name)}],
    lookUpCaa: async () => [],
    readLayers: () => Promise.reject(new Error('a recorded machine asks no registry')),
    isListening: async () => true,
    askStatus: async () => 200,
    subtractInstalled: async (plan, planInstalled) =>
      settings === undefined ? plan : comparePlans(await planInstalled(), plan),
    check: checks => rehearseChecks(checks, props),
    async start(request, plan, checks): Promise<RunRecord> {
      const stopping = new AbortController();
      return {
        request,
        follow: leaving => rehearse(plan, checks, props, AbortSignal.any([stopping.signal, leaving])),
        stop: async () => stopping.abort(),
        openUndo: () => Promise.reject(new Error('A rehearsed run is never taken back.')),
      };
    },
    openLatestRun: async () => undefined,
    async *watchLoad() {},
    isRecorded: true,
  };
}

/** Yields recorded facts. */
export async function* replayFacts({facts}: Recording, pause: number): AsyncGenerator<NamedFact> {
  for (const [name, fact] of Object.entries(facts)) {
    if (pause > 0) await sleep(pause);
    yield {name, fact} as NamedFact;
  }
}

/** Creates the host of a recorded machine: it has these files, nothing is installed on it, and it cannot be changed. */
function createRecordedHost(files: Readonly<Record<string, string>>): Host {
  const nothing = async () => undefined;
  return {
    query: async ({argv}) => ({exitCode: 127, stdout: '', stderr: `${argv[0]}: not found`}),
    run: ({argv}) => refuse(`run ${argv[0]}`),
    files: {
      read: async path => files[path],
      readBytes: nothing,
      // No run begins without systemd.
      stat: async path => (path === '/run/systemd/system' ? directory : undefined),
      readLink: nothing,
      resolve: nothing,
      list: nothing,
      write: path => refuse(`write ${path}`),
      setAttributes: path => refuse(`set the attributes of ${path}`),
      makeDirectory: path => refuse(`make the directory ${path}`),
      link: path => refuse(`link ${path}`),
      remove: path => refuse(`remove ${path}`),
    },
    docker: {
      imageDigests: async () => [],
      containers: async () => [],
      askRegistry: name => refuse(`ask the registry for ${name}`),
      pull: name => refuse(`pull ${name}`),
    },
    now: Date.now,
  };
}

const directory: FileState = {type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, modified: 0};

async function refuse(change: string): Promise<never> {
  throw new Error(`A recorded machine cannot ${change}.`);
}

/** A machine that was recorded. */
export type Recording = {readonly facts: Facts; readonly props: Props};

/** Parses a recorded machine: NAME.json as `detect --json` prints it, and NAME.rehearsal.yaml if there is more to show. */
export function parseRecording(facts: string, props: string): Recording {
  return {facts: readFacts(facts), props: parse(props) ?? {}};
}
