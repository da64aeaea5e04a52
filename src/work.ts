import {recallStack} from './attend.ts';
import {filesOf, openJournal} from './engine/journal.ts';
import {readRequest} from './engine/launch.ts';
import {carryOut} from './engine/worker.ts';
import {keepOriginals} from './host/keeping.ts';
import {describeError} from './model/problem.ts';
import {findMeetings, interruptsMeetings, nameMeetings} from './stack/index.ts';
import type {Scene} from './survey.ts';
import {version} from './version.ts';

/** The worker's part, in a unit of its own: plans again what was approved and carries it out. Returns the exit status. */
export async function work(scene: Scene, run: string): Promise<number> {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort('SIGTERM'));
  const files = filesOf(run);
  const request = await readRequest(files);
  const stack = await recallStack(scene, request);
  const host = keepOriginals(scene.host, {runDirectory: files.directory});
  const findBusy = async () => {
    const meetings = await findMeetings(host, stack.blueprint);
    return meetings?.length ? nameMeetings(meetings) : undefined;
  };
  const {exit} = await carryOut({
    resources: stack.resources,
    checks: stack.checks,
    problems: stack.problems.map(describeError),
    host,
    journal: await openJournal(files),
    signal: stopping.signal,
    idleness: request.whenIdle ? {concerns: interruptsMeetings, findBusy} : undefined,
    approvedDigest: request.digest,
    command: request.command,
    version,
    by: request.by,
  });
  return exit;
}
