import type {Host} from '../model/host.ts';
import type {Change} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import type {ChangeKind} from '../model/resource.ts';
import {countOf} from '../model/words.ts';
import type {Blueprint} from './blueprint.ts';

/** The meetings in progress, as the number of participants in each. */
export type Meetings = readonly number[];

/** The changes that disconnect participants. A reload of nginx or HAProxy keeps their connections. */
const interruptions: Readonly<Record<string, readonly ChangeKind[]>> = {
  'compose-service': ['update', 'restart', 'remove'],
  'compose-network': ['remove'],
  'firewall-rule': ['restart'],
  'systemd-unit': ['restart'],
};

/** Returns whether a change interrupts meetings. */
export function interruptsMeetings({kind, differences}: Change): boolean {
  return differences.some(({change}) => interruptions[kind]?.includes(change));
}

/**
 * Asks Jicofo for the meetings, inside its own container, so that no port is opened for it. Without a running Jicofo there are
 * none; undefined if it does not answer.
 */
export async function findMeetings(host: Host, {project}: Pick<Blueprint, 'project'>): Promise<Meetings | undefined> {
  const jicofo = (await host.docker.containers(project.name)).find(({service}) => service === 'jicofo');
  if (!jicofo?.running) return [];
  const curl = ['curl', '--silent', '--fail', '--max-time', '5', 'http://127.0.0.1:8888/debug'];
  const {exitCode, stdout} = await host.query({argv: ['docker', 'exec', jicofo.id, ...curl]});
  return exitCode === 0 ? readMeetings(stdout) : undefined;
}

/** Reads the state of Jicofo. It counts a single participant as 0, since there is nobody to connect them with. */
function readMeetings(text: string): Meetings | undefined {
  try {
    const {focus_manager: rooms} = JSON.parse(text);
    return Object.values(rooms).map(size => Math.max(1, Number(size) || 0));
  } catch {
    return undefined;
  }
}

/** Names the meetings that a change waits for. */
export function nameMeetings(meetings: Meetings): string {
  const participants = countOf(countParticipants(meetings), 'participant');
  return meetings.length > 1
    ? `the last of ${meetings.length} meetings with ${participants}`
    : `the meeting of ${participants}`;
}

const countParticipants = (meetings: Meetings) => meetings.reduce((sum, size) => sum + size, 0);

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

function describeMeetings(meetings: Meetings | undefined): string {
  if (meetings === undefined) return 'the number of participants is not known, since Jicofo does not answer';
  if (meetings.length === 0) return 'nobody is in one now';
  return `${countOf(countParticipants(meetings), 'participant')} in ${countOf(meetings.length, 'meeting')} now`;
}
