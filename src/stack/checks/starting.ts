import type {CheckCode} from '../../model/catalogue.ts';
import type {Check, CheckContext, Opening, Part, Proof, StartingPart} from '../../model/check.ts';
import type {ContainerState, Host} from '../../model/host.ts';
import {parseProperties} from '../../resources/systemd-unit.ts';
import type {Blueprint} from '../blueprint.ts';
import {noBridge, units} from './host.ts';

/** How long a part may take to start, in milliseconds. After that, what does not work has failed. */
export const startLimit = 180_000;
/** Docker starts a container that keeps dying again and again: it is broken, however young it is. */
const mostRestarts = 2;

const entrance: readonly Part[] = ['haproxy', 'mmproxy', 'nginx'];
const signalling: readonly Part[] = [...entrance, 'docker', 'web', 'prosody'];
const relay: readonly Part[] = ['haproxy', 'docker', 'turn'];

/** The parts that each check needs. What is missing here never waits, as the proofs that the relay denies something. */
const needs: Readonly<Partial<Record<CheckCode, readonly Part[]>>> = {
  'service-nginx': ['nginx'],
  'service-haproxy': ['haproxy'],
  'service-mmproxy': ['mmproxy'],
  'service-docker': ['docker'],
  'container-web': ['docker', 'web'],
  'container-prosody': ['docker', 'prosody'],
  'container-jicofo': ['docker', 'jicofo'],
  'container-videobridge': ['docker', 'videobridge'],
  'container-turn': ['docker', 'turn'],
  'container-whiteboard': ['docker', 'whiteboard'],
  'container-etherpad': ['docker', 'etherpad'],
  'jicofo-login': ['docker', 'prosody', 'jicofo'],
  'videobridge-login': ['docker', 'prosody', 'videobridge'],
  'mmproxy-routes': ['mmproxy'],
  'docker-chains': ['docker'],
  'loopback-ports': ['docker', 'mmproxy', 'web', 'turn'],
  'client-address': ['mmproxy', 'nginx'],
  'client-address-ipv6': ['mmproxy', 'nginx'],
  'client-address-chain': [...entrance, 'docker', 'web'],
  'meet-certificate': entrance,
  'certificate-served': [...entrance, 'docker', 'turn'],
  'meet-certificate-days': entrance,
  'meet-certificate-chain': entrance,
  'meet-https': [...entrance, 'docker', 'web'],
  'http-redirect': ['nginx'],
  sites: entrance,
  bosh: signalling,
  'xmpp-websocket': signalling,
  'xmpp-login': signalling,
  'turn-credentials': signalling,
  'turn-certificate': relay,
  'turn-certificate-days': relay,
  'turn-certificate-chain': relay,
  'turn-allocation': relay,
  'stun-port': ['docker', 'turn'],
  whiteboard: [...entrance, 'docker', 'web', 'whiteboard'],
  etherpad: [...entrance, 'docker', 'web', 'etherpad'],
  conference: [...signalling, 'jicofo', 'videobridge'],
  'media-direct': ['docker', 'videobridge'],
  'media-relay': [...relay, 'videobridge'],
};

/** A part within the limit of its start. One that is up may still lack what only a call shows. */
export type YoungPart = StartingPart & {readonly isUp: boolean};

/** Returns the check of a part: without the part, a check that needs it says nothing of its own. */
function checkOf(part: Part): CheckCode {
  const unit = units.find(([name]) => name === part);
  return unit ? `service-${unit[0]}` : `container-${part as Exclude<Part, (typeof units)[number][0]>}`;
}

/** The parts whose passwords are tried. A wrong one is what makes Jicofo unhealthy, so it does not wait for that. */
const loginParts: Readonly<Partial<Record<CheckCode, Part>>> = {
  'jicofo-login': 'jicofo',
  'videobridge-login': 'videobridge',
};

/** Lists the checks that one builds on: those that it names itself, and those of the parts that it needs. */
function listCauses({code, after = []}: Check, all: readonly CheckCode[]): readonly CheckCode[] {
  const parts = (needs[code] ?? []).filter(part => part !== loginParts[code]);
  // A configuration that nginx cannot read is why it shows a former certificate; participants see that.
  const isAnswered = parts.includes('nginx') && code !== 'certificate-served';
  const sites: readonly CheckCode[] = isAnswered ? ['site-names'] : [];
  return [...new Set([...after, ...parts.map(checkOf), ...sites])].filter(
    each => each !== code && all.includes(each) && !code.startsWith('service-'),
  );
}

/** Opens the list of parts that are within the limit of their start. */
export function openYoungParts({project}: Blueprint): Opening<readonly YoungPart[]> {
  return ({host}) => findYoung(project.name, host);
}

/** Lets checks wait for the parts that they need. What is young is found when a round begins, before any check has an answer. */
export function withStart(open: Opening<readonly YoungPart[]>, checks: readonly Check[]): readonly Check[] {
  const all = checks.map(({code}) => code);
  return checks.map(check => ({
    ...check,
    after: listCauses(check, all),
    async run(context) {
      context.share(open).catch(() => undefined);
      return check.run(context);
    },
    findStarting: async (proof, context) => chooseParts(check.code, proof, await context.share(open)),
  }));
}

function chooseParts(code: CheckCode, proof: Proof, young: readonly YoungPart[]): readonly StartingPart[] {
  const needed = young.filter(({part}) => needs[code]?.includes(part));
  const notUp = needed.filter(({isUp}) => !isUp).map(({part, since, state}) => ({part, since, state}));
  if (notUp.length > 0) return notUp;
  if (code === 'conference' || code === 'container-jicofo') return explainCall(proof, young);
  return loginParts[code] && proof.state === 'failed' ? explainRefusal(needed) : [];
}

/** A login that Prosody refuses with nothing certain about it is that of an account which it has not created yet. */
function explainRefusal(needed: readonly YoungPart[]): readonly StartingPart[] {
  const prosody = needed.filter(({part}) => part === 'prosody');
  return prosody.map(({part, since}) => ({part, since, state: 'without this account yet'}));
}

/** Docker calls Jicofo and the bridge healthy before they have found each other. A call shows it; later Jicofo's health, too. */
function explainCall({evidence = ''}: Proof, young: readonly YoungPart[]): readonly StartingPart[] {
  const newestOf = (...parts: readonly Part[]) =>
    young
      .filter(({part}) => parts.includes(part))
      .map(({since}) => since)
      .toSorted()
      .at(-1);
  const explain = (part: Part, since: string | undefined, state: string) =>
    since === undefined ? [] : [{part, since, state}];
  if (/focus.* refused: |Jicofo is not ready/.test(evidence))
    return explain('jicofo', newestOf('prosody', 'jicofo'), 'not logged in yet');
  if (/Jicofo did not invite/.test(evidence) || noBridge.test(evidence))
    return explain('videobridge', newestOf('prosody', 'jicofo', 'videobridge'), 'not known to Jicofo yet');
  return [];
}

/** Demands that Jicofo and the bridge are up before a call is placed: without a bridge, Jicofo logs it as severe. */
export async function demandCallable(open: Opening<readonly YoungPart[]>, context: CheckContext): Promise<void> {
  const young = await context.share(open).catch(() => []);
  const missing = young.filter(({part, isUp}) => !isUp && (part === 'jicofo' || part === 'videobridge'));
  if (missing.length > 0) throw new Error(`no call before ${missing.map(({part}) => part).join(' and ')} is up`);
}

async function findYoung(project: string, host: Host): Promise<readonly YoungPart[]> {
  const now = host.now();
  const services = await findStartingUnits(host, now);
  // While Docker starts, it answers nobody.
  if (services.some(({part}) => part === 'docker')) return services;
  const containers = await host.docker.containers(project);
  return [...services, ...containers.flatMap(container => describeYoung(container, now))];
}

function describeYoung(
  {service, running, health, started, restarts}: ContainerState,
  now: number,
): readonly YoungPart[] {
  if (!running || started === undefined || !isYoung(started, now) || restarts > mostRestarts) return [];
  if (health !== 'starting' && health !== 'healthy') return [];
  const state = health === 'starting' ? 'not healthy yet' : 'healthy';
  return [{part: service as Part, since: new Date(started).toISOString(), state, isUp: health === 'healthy'}];
}

const isYoung = (since: number, now: number) => since <= now && now - since < startLimit;

const asked = ['Id', 'ActiveState', 'SubState', 'NRestarts', 'Job', 'StateChangeTimestamp', 'InactiveExitTimestamp'];

/** Finds units that systemd is starting for the first time: one that it starts again after a failure is broken. */
async function findStartingUnits(host: Host, now: number): Promise<readonly YoungPart[]> {
  const options = ['--timestamp=unix', `--property=${asked.join(',')}`];
  const {stdout} = await host.query({argv: ['systemctl', 'show', ...options, ...units.map(([, unit]) => unit)]});
  const states = stdout.split('\n\n').map(parseProperties);
  const booted = states.some(isQueued) ? await findBoot(host) : undefined;
  return units.flatMap(([part, unit]) => {
    const state = states.find(each => each.get('Id') === unit);
    const since = state && startOf(state, booted);
    if (since === undefined || !isYoung(since, now)) return [];
    return [{part, since: new Date(since).toISOString(), state: 'not active yet', isUp: false}];
  });
}

type Properties = ReadonlyMap<string, string>;

/** Finds when this host began to start its units. */
async function findBoot(host: Host): Promise<number | undefined> {
  const argv = ['systemctl', 'show', '--timestamp=unix', '--property=UserspaceTimestamp'] as const;
  return readMoment(parseProperties((await host.query({argv})).stdout), 'UserspaceTimestamp');
}

/** Returns whether a unit waits for other units, or for its own stop, before it starts. */
function isQueued(state: Properties): boolean {
  return state.get('ActiveState') !== 'active' && /[1-9]/.test(state.get('Job') ?? '');
}

/** Returns when a unit began to start, in milliseconds; undefined if it does not start. */
function startOf(state: Properties, booted: number | undefined): number | undefined {
  if (state.get('NRestarts') !== '0' || state.get('SubState') === 'auto-restart') return undefined;
  if (state.get('ActiveState') === 'activating') return readMoment(state, 'InactiveExitTimestamp');
  return isQueued(state) ? (readMoment(state, 'StateChangeTimestamp') ?? booted) : undefined;
}

function readMoment(state: Properties, name: string): number | undefined {
  const [, seconds] = /^@(\d+)/.exec(state.get(name) ?? '') ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
