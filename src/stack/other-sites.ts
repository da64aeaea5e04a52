import type {NginxSite} from '../model/facts.ts';
import {limit} from '../model/limit.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {askHttp, askHttps} from '../network/http.ts';
import {unitId} from '../resources/systemd-unit.ts';
import {haproxyUnit, nginxUnit} from './names.ts';

/** A web site of the owner's at one of its ports. */
export type Door = {readonly name: string; readonly port: number; readonly isTls: boolean};

/** How the doors of some sites answer: the class of the status, 2 for 200; what does not answer is not named. */
export type Answers = ReadonlyMap<Door, number>;

const patience = 5_000;
/** A server that has just read its configuration, or a page that is made while it is asked, may need a second try. */
const tries = 4;
const pause = 500;

/** The port of HAProxy, which leads on to nginx: it is asked only once both have what belongs together. */
const front = 443;

/** The doors of some sites; HAProxy is one to every site that speaks TLS. */
export function listDoors(sites: readonly NginxSite[], address: string): readonly Door[] {
  const doors = sites.flatMap(({names, listens}) => {
    const name = nameToAsk(names, address);
    if (name === undefined) return [];
    const own = listens.flatMap(listen => readListen(listen, name));
    return own.some(({isTls}) => isTls) ? [...own, {name, port: front, isTls: true}] : own;
  });
  return [...new Map(doors.map(door => [`${door.name}:${door.port}`, door])).values()];
}

/** A name under which the site answers; one that answers to anything is asked by the machine's address. */
function nameToAsk(names: readonly string[], address: string): string | undefined {
  const known = names.filter(name => !name.startsWith('~'));
  const [first] = known;
  if (first === undefined) return names.length === 0 ? address : undefined;
  if (first === '_' || first === '') return address;
  return first.replace(/^\*\.|^\./, 'www.').replace(/\.\*$/, '.example');
}

function readListen(listen: string, name: string): readonly Door[] {
  const [place = '', ...flags] = listen.split(' ');
  const port = /(?:^|:)(\d+)$/.exec(place)?.[1] ?? (/^[\w.]+$|\]$/.test(place) ? '80' : undefined);
  return port === undefined ? [] : [{name, port: Number(port), isTls: flags.includes('ssl')}];
}

/** Asks every door; one that answers otherwise than before is asked again. */
export async function knock(doors: readonly Door[], signal: AbortSignal, before?: Answers): Promise<Answers> {
  const asked = doors.map(async door => [door, await knockOnce(door, signal, before?.get(door))] as const);
  const answers = await Promise.all(asked);
  return new Map(answers.flatMap(([door, status]) => (status === undefined ? [] : [[door, status] as const])));
}

async function knockOnce(door: Door, signal: AbortSignal, expected: number | undefined): Promise<number | undefined> {
  if (expected === undefined) return askStatus(door, signal);
  for (let left = tries; ; left--) {
    // Right after a reload the old processes may still answer.
    await new Promise(resolve => setTimeout(resolve, pause));
    const status = await askStatus(door, signal);
    if (left === 1 || status === expected) return status;
  }
}

async function askStatus({name, port, isTls}: Door, signal: AbortSignal): Promise<number | undefined> {
  const target = {name, port, address: '127.0.0.1', path: '/'};
  const ask = isTls ? askHttps : askHttp;
  const answer = await limit(patience, signal, until => ask(target, until)).catch(() => undefined);
  return answer && Math.floor(answer.status / 100);
}

/** What is wrong with sites that answered before; undefined when nothing. */
export function compareAnswers(before: Answers, after: Answers): Problem | undefined {
  const broken = [...before].filter(([door, status]) => after.get(door) !== status).map(([door]) => tellDoor(door));
  if (broken.length === 0) return undefined;
  return new Problem({
    code: 'site-broken',
    summary: `With this change ${broken.join(' and ')} no longer ${broken.length === 1 ? 'answers' : 'answer'} as before, so it is taken back.`,
    why: 'A web site of your own worked until now.',
    remedy:
      'See that the site names its own server_name and port (a site that answers to any name may lose to ours), then run jitsi-onebox again.',
  });
}

const tellDoor = ({name, port, isTls}: Door) =>
  `${isTls ? 'https' : 'http'}://${name}${port === (isTls ? 443 : 80) ? '' : `:${port}`}/`;

/** What brings new configuration into effect that may take a site down, and by which doors that shows. */
const servers: Readonly<Record<string, (door: Door) => boolean>> = {
  [unitId(nginxUnit)]: ({port}) => port !== front,
  [unitId(haproxyUnit)]: () => true,
};

/** The same resources, but after each of the two servers was touched `examine` has the last word on some doors. */
export function examineServers(
  resources: readonly Resource[],
  examine: (shows: (door: Door) => boolean) => Promise<void>,
): readonly Resource[] {
  return resources.map(resource => {
    const shows = servers[resource.id];
    return shows
      ? {
          ...resource,
          async apply(work, state, differences) {
            await resource.apply(work, state, differences);
            await examine(shows);
          },
        }
      : resource;
  });
}
