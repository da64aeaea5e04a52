import {ReadableStream} from 'node:stream/web';
import {runChecks} from '../engine/checks.ts';
import {followJournal} from '../engine/follow-journal.ts';
import {filesOf, latestRun, readRequest, runsDirectory} from '../engine/run-files.ts';
import {findGoingRun, launchRun, stopRun} from '../engine/worker-unit.ts';
import {detectFacts} from '../host/facts/detect.ts';
import {watchLoad} from '../host/load.ts';
import {readCredentials} from '../host/registry-credentials.ts';
import type {Check} from '../model/check.ts';
import type {Emit, Event} from '../model/event.ts';
import {type Host, registryOf} from '../model/host.ts';
import type {Machine, RunRecord} from '../model/machine.ts';
import {lookUpCaa, lookUpName} from '../network/dns.ts';
import {lookUpCaaOutside, lookUpOutside} from '../network/doh.ts';
import {askStatus, isOpen} from '../network/http.ts';
import {findPublicAddress} from '../network/public-address.ts';
import {readLayers} from '../network/registry.ts';
import {makeProbes} from './probes.ts';

/** A worker mostly waits for other programs: compiled code would gain it nothing, and takes 12 MB. */
const uncompiled = ['--no-opt', '--no-maglev', '--no-sparkplug'];

/** Returns the machine that this program runs on. */
export function createThisMachine(host: Host, base = runsDirectory): Machine {
  return {
    host,
    detect: (sought, signal) => detectFacts({host, probes: makeProbes(sought), signal}),
    seeAddress: (stun, signal, options) => findPublicAddress({stun, signal, ...options}),
    lookUp: lookUpName,
    lookUpOutside: (name, resolvers) => lookUpOutside(name, resolvers),
    lookUpCaa: (name, resolvers, signal) => lookUpCaaOutside(name, resolvers).catch(() => lookUpCaa(name, signal)),
    readLayers: async (image, signal) => readLayers(image, signal, {login: await readCredentials(registryOf(image))}),
    isListening: isOpen,
    askStatus,
    subtractInstalled: async plan => plan,
    watchLoad: (target, signal) => watchLoad(host, target, signal),
    check: (checks, signal) => streamChecks(host, checks, signal),
    async start(request) {
      const program = [process.execPath, ...process.execArgv, ...uncompiled, process.argv[1] ?? ''];
      const {run} = await launchRun({host, program, request, base});
      return openRecord(host, base, run);
    },
    async openLatestRun() {
      const going = await findGoingRun(host);
      const run = going ?? (await latestRun(base))?.run;
      return run === undefined ? undefined : {record: await openRecord(host, base, run), isGoing: run === going};
    },
    isRecorded: false,
  };
}

/** Opens a run. An undo that a failing run began is carried out by that run's `worker`. */
async function openRecord(host: Host, base: string, run: string, worker = run): Promise<RunRecord> {
  const files = filesOf(run, base);
  const isGoing = async () => (await findGoingRun(host)) === worker;
  return {
    request: await readRequest(files),
    files,
    follow: signal => followJournal({path: files.path, signal, isGoing}),
    stop: () => stopRun(host),
    openUndo: undo => openRecord(host, base, undo, worker),
  };
}

function streamChecks(host: Host, checks: readonly Check[], signal: AbortSignal): AsyncIterable<Event> {
  return new ReadableStream<Event>({
    async start(controller) {
      const emit: Emit = body => controller.enqueue({v: 1, at: new Date().toISOString(), ...body});
      await runChecks({checks, host, signal, emit, awaitsStart: true});
      controller.close();
    },
  });
}
