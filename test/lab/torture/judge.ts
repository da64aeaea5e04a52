import type {Event} from '../../../src/model/event.ts';
import type {Shell} from '../listing.ts';
import type {Kill} from './killer.ts';

/** Checks in the run's journal and in the guest whether a kill hit its change; returns what speaks against it. */
export async function judge(kill: Kill, shell: Shell): Promise<string | undefined> {
  const text = await shell(`cat /var/lib/jitsi-onebox/runs/${kill.run}/events.jsonl`);
  const lines: readonly (Event | Kill)[] = text.split('\n').map(line => JSON.parse(line));
  const events = lines.filter(line => line.type !== 'killed');
  if (lines.at(-1)?.type !== 'killed') return 'the run went on';
  if (events.some(({type}) => type === 'run-finished')) return 'the run had finished';
  if (findOpen(events).length === 0) return 'no step was in hand';
  return kill.change.startsWith('run ') ? judgeCommand(kill, events) : judgePath(kill, shell);
}

function findOpen(events: readonly Event[]): readonly string[] {
  const finished = new Set(events.flatMap(event => (event.type === 'step-finished' ? [event.step] : [])));
  return events.flatMap(event => (event.type === 'step-started' && !finished.has(event.step) ? [event.step] : []));
}

/** Checks the journal, which names each command as it begins. */
function judgeCommand({moment, change}: Kill, events: readonly Event[]): string | undefined {
  const open = findOpen(events);
  const hasBegun = events.some(
    event =>
      event.type === 'step-output' &&
      event.stream === 'command' &&
      `run ${event.line}` === change &&
      open.includes(event.step),
  );
  return hasBegun === (moment !== 'before') ? undefined : `the command had ${hasBegun ? '' : 'not '}begun`;
}

/** Checks in the guest whether a file was written, linked or removed. */
async function judgePath({moment, change}: Kill, shell: Shell): Promise<string | undefined> {
  const [, verb, path] = /^(write|link|directory|remove) (.*)$/.exec(change) ?? [];
  if (moment !== 'after' || path === undefined) return undefined;
  const isThere = (await shell(`[ -e '${path}' ] || [ -L '${path}' ] && echo yes || echo no`)) === 'yes';
  return isThere === (verb !== 'remove') ? undefined : `${path} is ${isThere ? '' : 'not '}there`;
}
