import {recallStack} from './attend.ts';
import {filesOf, openJournal} from './engine/journal.ts';
import {readRequest} from './engine/launch.ts';
import {carryOut} from './engine/worker.ts';
import {keepOriginals} from './host/keeping.ts';
import {describeError} from './model/problem.ts';
import type {Scene} from './survey.ts';
import {version} from './version.ts';

/** The worker's part, in a unit of its own: plans again what was approved and carries it out. Returns the exit status. */
export async function work(scene: Scene, run: string): Promise<number> {
  const stopping = new AbortController();
  process.on('SIGTERM', () => stopping.abort('SIGTERM'));
  const files = filesOf(run);
  const request = await readRequest(files);
  const stack = await recallStack(scene, request);
  const {exit} = await carryOut({
    resources: stack.resources,
    checks: stack.checks,
    problems: stack.problems.map(describeError),
    host: keepOriginals(scene.host, {runDirectory: files.directory}),
    journal: await openJournal(files),
    signal: stopping.signal,
    approvedDigest: request.digest,
    command: request.command,
    version,
    by: request.by,
  });
  return exit;
}
