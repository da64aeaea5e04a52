import type {Host} from '../../model/host.ts';
import type {Family} from '../../model/metrics.ts';
import {version} from '../../model/program.ts';
import {findMeetings} from '../meetings.ts';
import {readWatched} from '../watching/record.ts';
import {readContainerMetrics} from './containers.ts';
import {gauge, readHostMetrics} from './host.ts';

/** A group of figures that can be missing on its own. */
type Collector = {readonly name: string; readonly collect: () => Promise<readonly Family[]>};

/** Collects all figures. What cannot be read is missing, and a figure says so: the rest is there all the same. */
export async function collectMetrics(host: Host, project: string): Promise<readonly Family[]> {
  const collectors: readonly Collector[] = [
    {name: 'host', collect: () => readHostMetrics(host)},
    {name: 'containers', collect: () => readContainerMetrics(host, project)},
    {name: 'meetings', collect: () => readMeetingMetrics(host, project)},
    {name: 'checks', collect: () => readCheckMetrics(host)},
  ];
  const found = await Promise.all(
    collectors.map(async ({name, collect}) => ({name, families: await collect().catch(() => undefined)})),
  );
  const success = found.map(({name, families}) => ({labels: {collector: name}, value: Number(families !== undefined)}));
  return [
    gauge('info', 'The version of jitsi-onebox.', [{labels: {version}, value: 1}]),
    gauge('collector_success', 'Whether a group of figures could be read.', success),
    ...found.flatMap(({families}) => families ?? []),
  ];
}

async function readMeetingMetrics(host: Host, name: string): Promise<readonly Family[]> {
  const meetings = await findMeetings(host, {project: {name}});
  if (meetings === undefined) throw new Error('Jicofo does not answer.');
  return [
    gauge('conferences', 'Meetings now, without the test call.', [{value: meetings.count}]),
    gauge('participants', 'Participants of all meetings now.', [{value: meetings.participants}]),
  ];
}

const states = {ok: 0, warning: 1, failed: 2} as const;

/** Reads what the last round of `doctor --watch` found. Without a round there is nothing to tell. */
async function readCheckMetrics(host: Host): Promise<readonly Family[]> {
  const watched = await readWatched(host);
  if (watched === undefined) return [];
  const round = Date.parse(watched.at);
  return [
    gauge(
      'check_state',
      'The result of a check in the last round: 0 passed, 1 warning, 2 failed.',
      Object.entries(watched.checks).map(([check, {state}]) => ({labels: {check}, value: states[state]})),
    ),
    gauge('check_round_time_seconds', 'When the last round of checks ended.', [{value: round / 1000}]),
    gauge('check_round_age_seconds', 'Seconds since the last round of checks.', [{value: (host.now() - round) / 1000}]),
  ];
}
