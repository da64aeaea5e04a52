import type {NginxSite} from '../model/facts.ts';
import {limit} from '../model/limit.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import {askHttp, askHttps} from '../network/http.ts';
import {unitId} from '../resources/systemd-unit.ts';
import {haproxyUnit, nginxUnit} from './names.ts';

/** A foreign web site at one of its sockets. */
export type Endpoint = {
  readonly name: string;
  /** The address to connect to. */
  readonly address: string;
  readonly port: number;
  readonly isTls: boolean;
};

/** The answers of endpoints: the class of the status, such as 2 for 200. Silent endpoints are missing. */
export type SiteAnswers = ReadonlyMap<Endpoint, number>;

const patience = 5_000;
// Right after a reload, or for a slow page, one try may not be enough.
const tries = 4;
const pause = 500;

/** The port of HAProxy, which forwards to nginx. It is probed only when both have their new configuration. */
const front = 443;
const loopback = '127.0.0.1';

/** Lists the endpoints of sites. Every site with TLS has HAProxy as one of them. */
export function listEndpoints(sites: readonly NginxSite[]): readonly Endpoint[] {
  const endpoints = sites.flatMap(({names, listens}) => {
    // A site that says nothing listens on port 80.
    const own = (listens.length > 0 ? listens : ['80']).flatMap(readListen);
    const all = own.some(({isTls}) => isTls) ? [...own, {address: loopback, port: front, isTls: true}] : own;
    return all.flatMap(socket => {
      const name = chooseName(names, socket.address);
      return name === undefined ? [] : [{...socket, name}];
    });
  });
  return [...new Map(endpoints.map(each => [`${each.name} ${each.address} ${each.port}`, each])).values()];
}

/** Chooses a name that the site answers to; its address if it answers to any name. */
function chooseName(names: readonly string[], address: string): string | undefined {
  const [first] = names.filter(name => !/^[~$]/.test(name));
  if (first === undefined) return names.length === 0 ? address : undefined;
  if (first === '_' || first === '') return address;
  return first.replace(/^\*\.|^\./, 'www.').replace(/\.\*$/, '.example');
}

/** Reads where a site listens: at its own address, or at this host's own where it listens on all. */
function readListen(listen: string): readonly Omit<Endpoint, 'name'>[] {
  const [target = '', ...flags] = listen.split(' ');
  if (target.startsWith('unix:')) return [];
  const [, host = '', port = '80'] =
    /^()(\d+)(?:-\d+)?$/.exec(target) ?? /^(\[.*\]|[^:[]*)(?::(\d+)(?:-\d+)?)?$/.exec(target) ?? [];
  const address = host === '' || host === '*' || host === '0.0.0.0' ? loopback : host.replaceAll(/[[\]]/g, '');
  return [{address: address === '::' ? '::1' : address, port: Number(port), isTls: flags.includes('ssl')}];
}

/** Probes endpoints; one that does not answer as before is probed again. */
export async function probeSites(
  endpoints: readonly Endpoint[],
  signal: AbortSignal,
  before?: SiteAnswers,
): Promise<SiteAnswers> {
  const probed = await Promise.all(endpoints.map(each => probe(each, signal, before?.get(each))));
  const answers = endpoints.map((endpoint, index) => [endpoint, probed[index]] as const);
  return new Map(answers.flatMap(([endpoint, status]) => (status === undefined ? [] : [[endpoint, status] as const])));
}

async function probe(
  endpoint: Endpoint,
  signal: AbortSignal,
  expected: number | undefined,
): Promise<number | undefined> {
  if (expected === undefined) return askStatus(endpoint, signal);
  for (let left = tries; ; left--) {
    // Right after a reload, the old processes may still answer.
    await new Promise(resolve => setTimeout(resolve, pause));
    const status = await askStatus(endpoint, signal);
    if (left === 1 || status === expected) return status;
  }
}

async function askStatus({isTls, ...at}: Endpoint, signal: AbortSignal): Promise<number | undefined> {
  const target = {...at, path: '/'};
  const ask = isTls ? askHttps : askHttp;
  const answer = await limit(patience, signal, until => ask(target, until)).catch(() => undefined);
  return answer && Math.floor(answer.status / 100);
}

/** Finds sites that no longer answer as before; undefined if there are none. */
export function compareAnswers(before: SiteAnswers, after: SiteAnswers): Problem | undefined {
  const changed = [...before].filter(([each, status]) => after.get(each) !== status);
  const broken = [...new Set(changed.map(([each]) => formatUrl(each)))];
  if (broken.length === 0) return undefined;
  return new Problem({
    code: 'site-broken',
    summary: `After this change, ${broken.join(' and ')} no longer ${broken.length === 1 ? 'answers' : 'answer'} as before, so the change is undone.`,
    why: 'A web site of yours worked until now.',
    remedy:
      'Give the site its own server_name and port (a site for any name may lose to ours), then run jitsi-onebox again.',
  });
}

function formatUrl({name, address, port, isTls}: Endpoint): string {
  const url = `${isTls ? 'https' : 'http'}://${name}${port === (isTls ? 443 : 80) ? '' : `:${port}`}/`;
  return [loopback, '::1', name].includes(address) ? url : `${url} at ${address}`;
}

/** The units whose change can break a site, each with the endpoints that show it. */
const servers: Readonly<Record<string, (endpoint: Endpoint) => boolean>> = {
  [unitId(nginxUnit)]: ({port}) => port !== front,
  [unitId(haproxyUnit)]: () => true,
};

/** Wraps the resources so that `examine` judges the affected endpoints after each change of the two servers. */
export function examineServers(
  resources: readonly Resource[],
  examine: (isAffected: (endpoint: Endpoint) => boolean) => Promise<void>,
): readonly Resource[] {
  return resources.map(resource => {
    const isAffected = servers[resource.id];
    if (!isAffected) return resource;
    return {
      ...resource,
      async apply(work, state, differences) {
        await resource.apply(work, state, differences);
        await examine(isAffected);
      },
    };
  });
}
