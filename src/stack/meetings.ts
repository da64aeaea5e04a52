import type {ContainerState, Host} from '../model/host.ts';
import {checkPrefix} from '../model/people.ts';
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

/** What a program says of itself. */
type Page = Readonly<Record<string, unknown>>;
type Project = {readonly project: Pick<Blueprint['project'], 'name'>};

/**
 * Counts the meetings, without those of checks and of Jicofo itself. Without Jicofo and the bridge there are none; undefined if
 * Jicofo does not answer.
 */
export async function findMeetings(host: Host, {project}: Project): Promise<Meetings | undefined> {
  return countMeetings(host, await host.docker.containers(project.name));
}

/** Milliseconds in which a Jicofo that has started again does not know all meetings: browsers need as long to return to it. */
const amnesia = 120_000;

/**
 * Names the meetings that a change waits for; undefined if there are none. While Jicofo does not know them, as after a crash, the
 * bridge may still carry some. Throws if neither of them answers.
 */
export async function nameMeetings(host: Host, {project}: Project): Promise<string | undefined> {
  const containers = await host.docker.containers(project.name);
  const meetings = await countMeetings(host, containers);
  const {started = 0} = find(containers, 'jicofo') ?? {};
  if (meetings && (meetings.count > 0 || host.now() - started > amnesia)) return nameEnd(meetings);
  const {conferences} = (await askFor(host, find(containers, 'videobridge'), 8080)) ?? {};
  if (isRecord(conferences)) return nameOnBridge(Object.keys(conferences).length);
  if (meetings) return undefined;
  throw new Error('Neither Jicofo nor the bridge answers.');
}

const nameOnBridge = (count: number) =>
  count === 0 ? undefined : `the end of ${countOf(count, 'meeting')} on the bridge`;

function nameEnd({count, participants}: Meetings): string | undefined {
  if (count === 0) return undefined;
  const people = countOf(participants, 'participant');
  return count > 1 ? `the last of ${count} meetings with ${people}` : `the meeting of ${people}`;
}

const find = (containers: readonly ContainerState[], service: string) =>
  containers.find(each => each.service === service && each.running);

/** Rooms of the test call, and those in which Jicofo checks its own health: each is there for some seconds. */
const ownRoom = new RegExp(`^(${checkPrefix}[0-9a-f]{16}@|__jicofo-health-check)`);

async function countMeetings(host: Host, containers: readonly ContainerState[]): Promise<Meetings | undefined> {
  const jicofo = find(containers, 'jicofo');
  if (!jicofo && !find(containers, 'videobridge')) return noMeetings;
  const {focus_manager: rooms} = (await askFor(host, jicofo, 8888)) ?? {};
  if (!isRecord(rooms)) return undefined;
  const sizes = Object.entries(rooms).flatMap(([room, size]) => (ownRoom.test(room) ? [] : [Number(size)]));
  if (!sizes.every(Number.isInteger)) return undefined;
  // Somebody who is alone has no place at the bridge yet.
  return {count: sizes.length, participants: sizes.reduce((sum, size) => sum + Math.max(1, size), 0)};
}

/** Asks a program for the page with its rooms, inside its own container, so that no port is opened for it. */
async function askFor(host: Host, container: ContainerState | undefined, port: number): Promise<Page | undefined> {
  if (!container) return undefined;
  const curl = ['curl', '--silent', '--fail', '--max-time', '5', `http://127.0.0.1:${port}/debug`];
  const {exitCode, stdout} = await host.query({argv: ['docker', 'exec', container.id, ...curl]});
  if (exitCode !== 0) return undefined;
  try {
    const page = JSON.parse(stdout);
    return isRecord(page) ? page : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Page => typeof value === 'object' && value !== null;

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
