import type {Host} from '../model/host.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import type {ChangeKind} from '../model/resource.ts';
import {countOf} from '../model/words.ts';
import type {Blueprint} from './blueprint.ts';

/** How many meetings are in progress, and how many participants are in them. */
export type Meetings = {readonly count: number; readonly participants: number};

const noMeetings: Meetings = {count: 0, participants: 0};

/** The changes that disconnect participants. A reload of nginx or HAProxy keeps their connections. */
const interruptions: Readonly<Record<string, readonly ChangeKind[]>> = {
  'compose-service': ['update', 'restart', 'remove'],
  'compose-network': ['remove'],
  'firewall-rule': ['restart'],
  'systemd-unit': ['restart'],
};

/** Returns whether a change interrupts meetings. */
export function interruptsMeetings({id, kind, differences}: Change): boolean {
  if (id.endsWith('.timer')) return false;
  return differences.some(({change}) => interruptions[kind]?.includes(change));
}

/**
 * Asks Jicofo for the meetings, inside its own container, so that no port is opened for it. Without a running Jicofo there are
 * none; undefined if it does not answer.
 */
export async function findMeetings(
  host: Host,
  {project}: {readonly project: Pick<Blueprint['project'], 'name'>},
): Promise<Meetings | undefined> {
  const jicofo = (await host.docker.containers(project.name)).find(({service}) => service === 'jicofo');
  if (!jicofo?.running) return noMeetings;
  const curl = ['curl', '--silent', '--fail', '--max-time', '5', 'http://127.0.0.1:8888/stats'];
  const {exitCode, stdout} = await host.query({argv: ['docker', 'exec', jicofo.id, ...curl]});
  return exitCode === 0 ? readStatistics(stdout) : undefined;
}

/** Reads Jicofo's statistics. Its list of rooms is no measure: every check of its own health is one for some seconds. */
function readStatistics(text: string): Meetings | undefined {
  try {
    const {conferences: count, participants} = JSON.parse(text);
    return Number.isInteger(count) && Number.isInteger(participants) ? {count, participants} : undefined;
  } catch {
    return undefined;
  }
}

/** Names the meetings that a change waits for; undefined if there are none. */
export function nameMeetings({count, participants}: Meetings): string | undefined {
  if (count === 0) return undefined;
  const people = countOf(participants, 'participant');
  return count > 1 ? `the last of ${count} meetings with ${people}` : `the meeting of ${people}`;
}

/** Warns before a plan interrupts meetings; undefined if it interrupts none. */
export async function warnOfInterruption(
  changes: readonly Change[],
  count: () => Promise<Meetings | undefined>,
): Promise<Problem | undefined> {
  const interrupting = changes.filter(interruptsMeetings);
  if (interrupting.length === 0) return undefined;
  return new Problem({
    code: 'meetings-interrupted',
    summary: `This interrupts meetings: ${describeMeetings(await count())}.`,
    why: `Participants lose the connection for some seconds, because of: ${interrupting.map(({title}) => title).join(', ')}.`,
    remedy: 'Choose a quiet moment, or use `jitsi-onebox apply --when-idle`, which waits until no meeting is running.',
  });
}

/** Describes the meetings in progress. */
export function describeMeetings(meetings: Meetings | undefined): string {
  if (meetings === undefined) return 'the number of participants is not known, since Jicofo does not answer';
  if (meetings.count === 0) return 'nobody is in one now';
  return `${countOf(meetings.participants, 'participant')} in ${countOf(meetings.count, 'meeting')} now`;
}
