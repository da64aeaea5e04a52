import {setTimeout as sleep} from 'node:timers/promises';
import type {Command, ContainerState, Host} from '../model/host.ts';
import type {LoggingPlace, LogLine} from '../model/log-line.ts';
import type {Blueprint} from './blueprint.ts';
import {dockerUnit, haproxyUnit, mmproxyUnit, nginxUnit} from './names.ts';

/** The units that log for each place. */
const unitsOf: Readonly<Partial<Record<LoggingPlace, readonly string[]>>> = {
  nginx: [nginxUnit],
  haproxy: [haproxyUnit],
  mmproxy: [mmproxyUnit],
  host: [dockerUnit, 'certbot.service', 'jitsi-onebox-*'],
};

/** The containers that log for each place, by their services. */
const servicesOf: Readonly<Partial<Record<LoggingPlace, readonly string[]>>> = {
  web: ['web', 'whiteboard', 'etherpad'],
  prosody: ['prosody'],
  jicofo: ['jicofo'],
  videobridge: ['videobridge'],
  turn: ['turn'],
};

export type LogQuestion = {
  readonly places: readonly LoggingPlace[];
  /** Milliseconds since 1970. */
  readonly since: number;
};

type Project = Pick<Blueprint['project'], 'name'>;
/** One log: the journal of all units, or what the container of a service prints. */
type Log = {readonly units: readonly string[]} | {readonly place: LoggingPlace; readonly service: string};
type Source = {readonly argv: Command['argv']; readonly read: (line: string) => LogLine | undefined};
type Range = {readonly since: number; readonly follows: boolean};

/** Reads what was logged, in the order of time. */
export async function readLogs(host: Host, project: Project, question: LogQuestion): Promise<readonly LogLine[]> {
  const logs = listLogs(question.places);
  const containers = logs.some(log => 'service' in log) ? await host.docker.containers(project.name) : [];
  const range = {since: question.since, follows: false};
  const lines = await Promise.all(logs.map(log => readSource(host, findSource(log, containers, range))));
  return sortLines(lines.flat());
}

async function readSource(host: Host, source: Source | undefined): Promise<readonly LogLine[]> {
  if (!source) return [];
  const {argv, read} = source;
  // A container that was removed meanwhile, and a host without a journal, have no lines.
  const {stdout, stderr} = await host.query({argv}).catch(() => ({stdout: '', stderr: ''}));
  return `${stdout}\n${stderr}`.split('\n').flatMap(line => read(line) ?? []);
}

/** Milliseconds for which lines are collected, so that those of several services are in the order of time. */
const window = 250;
/** Milliseconds for which lines are held back at most. */
const longest = 1000;
/** Milliseconds before a log that has ended is followed again, and before a container that is missing is looked for again. */
const pauses = {ended: 2000, missing: 10_000};

/** Reads what was logged, and then what is, until the signal; in the order of time, as far as it arrives within a moment. */
export async function* followLogs(
  host: Host,
  project: Project,
  question: LogQuestion & {readonly signal: AbortSignal},
): AsyncGenerator<readonly LogLine[]> {
  const {signal} = question;
  let heard: LogLine[] = [];
  let held = 0;
  const hearing = {signal, since: question.since, hear: (line: LogLine) => heard.push(line)};
  for (const log of listLogs(question.places)) void keepFollowing(host, project, log, hearing);
  while (!signal.aborted) {
    const before = heard.length;
    await sleep(window, undefined, {signal}).catch(() => undefined);
    // What was logged before arrives at once; its order is known when it has arrived.
    const arrives = heard.length > before && held < longest;
    held = arrives ? held + window : 0;
    if (heard.length === 0 || arrives) continue;
    const lines = sortLines(heard);
    heard = [];
    yield lines;
  }
}

type Hearing = {readonly since: number; readonly signal: AbortSignal; readonly hear: (line: LogLine) => void};

/** Follows one log. That of a container ends when it restarts: then it is followed again, from the newest line on. */
async function keepFollowing(host: Host, project: Project, log: Log, {since, signal, hear}: Hearing): Promise<void> {
  for (let newest = ''; !signal.aborted; ) {
    const containers = 'service' in log ? await host.docker.containers(project.name).catch(() => []) : [];
    const known = newest;
    const from = known === '' ? since : Date.parse(known);
    const source = findSource(log, containers, {since: from, follows: true});
    const hearNew = (line: LogLine) => {
      if (line.at <= known) return;
      if (line.at > newest) newest = line.at;
      hear(line);
    };
    if (source) await followSource(host, source, {signal, hear: hearNew});
    await sleep(source ? pauses.ended : pauses.missing, undefined, {signal}).catch(() => undefined);
  }
}

async function followSource(host: Host, {argv, read}: Source, {signal, hear}: Omit<Hearing, 'since'>): Promise<void> {
  const onLine = ({line}: {readonly line: string}) => {
    const heard = read(line);
    if (heard) hear(heard);
  };
  await host.query({argv}, {signal, isEndless: true, onLine}).catch(() => undefined);
}

const sortLines = (lines: readonly LogLine[]) =>
  lines.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));

/** Lists the logs of places: one for the journal of all units, and one for each service. */
function listLogs(places: readonly LoggingPlace[]): readonly Log[] {
  const units = places.flatMap(place => unitsOf[place] ?? []);
  const services = places.flatMap(place => (servicesOf[place] ?? []).map(service => ({place, service})));
  return [...(units.length > 0 ? [{units}] : []), ...services];
}

/** Finds the command that prints a log; undefined if the service has no container. */
function findSource(log: Log, containers: readonly ContainerState[], range: Range): Source | undefined {
  if ('units' in log) return journal(log.units, range);
  const container = containers.find(({service}) => service === log.service);
  return container && containerLog(container.id, log.place, range);
}

function containerLog(id: string, place: LoggingPlace, {since, follows}: Range): Source {
  const options = ['--timestamps', '--since', new Date(since).toISOString(), ...(follows ? ['--follow'] : [])];
  return {
    argv: ['docker', 'logs', ...options, id],
    read(line) {
      const [, at, text = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z) ?(.*)$/.exec(line) ?? [];
      return at === undefined || text.trim() === '' ? undefined : {at, place, text};
    },
  };
}

function journal(units: readonly string[], {since, follows}: Range): Source {
  const fields = ['MESSAGE', 'UNIT', '_SYSTEMD_UNIT', 'SYSLOG_IDENTIFIER'];
  const argv = [
    ...(['journalctl', '--quiet', '--no-pager', '--output=json', `--output-fields=${fields.join(',')}`] as const),
    `--since=@${Math.floor(since / 1000)}`,
    ...(follows ? ['--follow', '--no-tail'] : []),
    ...units.map(unit => `--unit=${unit}`),
  ] as const;
  return {argv, read: readEntry};
}

/** Parses an entry; a line that was cut off has none. */
function parseEntry(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/** Reads a line of the journal's own JSON. A message that is no text is an array of bytes. */
function readEntry(line: string): LogLine | undefined {
  const entry = parseEntry(line);
  const {MESSAGE: message, __REALTIME_TIMESTAMP: moment} = entry;
  const text = typeof message === 'string' ? message : Array.isArray(message) ? Buffer.from(message).toString() : '';
  const microseconds = Number(moment);
  if (text.trim() === '' || !Number.isFinite(microseconds)) return undefined;
  const unit = [entry.UNIT, entry._SYSTEMD_UNIT].find(each => typeof each === 'string') as string | undefined;
  const place = placeOf(unit);
  const {SYSLOG_IDENTIFIER: program} = entry;
  const at = `${new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1)}${String(microseconds % 1000).padStart(3, '0')}000Z`;
  return {at, place, text: place === 'host' && typeof program === 'string' ? `${program}: ${text}` : text};
}

function placeOf(unit = ''): LoggingPlace {
  const found = Object.entries(unitsOf).find(([, units]) => units.includes(unit));
  return (found?.[0] as LoggingPlace | undefined) ?? 'host';
}
