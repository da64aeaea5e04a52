import type {Host} from '../model/host.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import type {ChangeKind} from '../model/resource.ts';
import {countOf} from '../model/words.ts';
import type {Blueprint} from './blueprint.ts';

/** The meetings that go on right now, by how many are in each. */
export type Meetings = readonly number[];

/** What costs whoever is in a meeting his connection. nginx and HAProxy are reloaded where they can be, and keep theirs. */
const interruptions: Readonly<Record<string, readonly ChangeKind[]>> = {
  'compose-service': ['update', 'restart', 'remove'],
  'compose-network': ['remove'],
  'firewall-rule': ['restart'],
  'systemd-unit': ['restart'],
};

/** Whether a change interrupts meetings. */
export function interruptsMeetings({kind, differences}: Change): boolean {
  return differences.some(({change}) => interruptions[kind]?.includes(change));
}

/**
 * Asks Jicofo who meets, inside its own container: nothing is opened for it. No running Jicofo means no meeting; undefined is one
 * that does not answer.
 */
export async function findMeetings(host: Host, {project}: Pick<Blueprint, 'project'>): Promise<Meetings | undefined> {
  const jicofo = (await host.docker.containers(project.name)).find(({service}) => service === 'jicofo');
  if (!jicofo?.running) return [];
  const curl = ['curl', '--silent', '--fail', '--max-time', '5', 'http://127.0.0.1:8888/debug'];
  const {exitCode, stdout} = await host.query({argv: ['docker', 'exec', jicofo.id, ...curl]});
  return exitCode === 0 ? readMeetings(stdout) : undefined;
}

/** Jicofo's account of itself; somebody who is alone has no place at the bridge yet, and counts as none there. */
function readMeetings(text: string): Meetings | undefined {
  try {
    const {focus_manager: rooms} = JSON.parse(text);
    return Object.values(rooms).map(size => Math.max(1, Number(size) || 0));
  } catch {
    return undefined;
  }
}

/** What a wait for these meetings waits for: it ends when that is done. */
export function nameMeetings(meetings: Meetings): string {
  const participants = countOf(countParticipants(meetings), 'participant');
  return meetings.length > 1
    ? `the last of ${meetings.length} meetings with ${participants}`
    : `the meeting of ${participants}`;
}

const countParticipants = (meetings: Meetings) => meetings.reduce((sum, size) => sum + size, 0);

/** What the owner should know before he interrupts anybody; undefined where a plan interrupts nothing. */
export async function warnOfInterruption(
  changes: readonly Change[],
  count: () => Promise<Meetings | undefined>,
): Promise<Problem | undefined> {
  const interrupting = changes.filter(interruptsMeetings);
  if (interrupting.length === 0) return undefined;
  return new Problem({
    code: 'meetings-interrupted',
    summary: `This interrupts meetings: ${tellMeetings(await count())}.`,
    why: `Whoever is in one loses it for some seconds, for ${interrupting.map(({title}) => title).join(', ')}.`,
    remedy: 'Choose the moment, or let `jitsi-onebox apply --when-idle` wait until nobody is in a meeting.',
  });
}

function tellMeetings(meetings: Meetings | undefined): string {
  if (meetings === undefined) return 'how many participants there are now is not known, since Jicofo does not answer';
  if (meetings.length === 0) return 'nobody is in one now';
  return `${countOf(countParticipants(meetings), 'participant')} in ${countOf(meetings.length, 'meeting')} now`;
}
