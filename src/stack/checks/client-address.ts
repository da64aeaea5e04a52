import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Check, CheckContext} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {askAsProxy} from '../../network/http.ts';
import type {Blueprint} from '../blueprint.ts';
import {accessLog} from '../names.ts';
import {check, ok} from './check.ts';
import {patience} from './vantage.ts';

// Addresses that are reserved for documentation, so nobody has them.
const samples = {4: '198.51.100.254', 6: '2001:db8::254'} as const;

/** Milliseconds for a connection of which both sides are on this host, which may be busy right after an update. */
const handshake = 8000;

/** Checks in the log of nginx that it sees the addresses of participants. */
export function clientAddressChecks(blueprint: Blueprint): readonly Check[] {
  const families = blueprint.ipv6 ? ([4, 6] as const) : ([4] as const);
  return [...families.map(family => behindProxy(blueprint, family)), throughChain(blueprint)];
}

/** Checks that nginx sees the address that HAProxy passes to go-mmproxy. */
function behindProxy({domain, ports}: Blueprint, family: 4 | 6): Check {
  const address = samples[family];
  const prove = async (context: CheckContext) => {
    const path = inventPath();
    const target = {name: domain, address: '127.0.0.1', port: ports.mmproxy, path, client: {family, address}};
    await context.within(handshake, until => askAsProxy(target, until));
    const line = await findRequest({context, domain, path, address});
    return ok(`nginx sees the IPv${family} addresses of participants.`, line);
  };
  return check(family === 4 ? 'client-address' : 'client-address-ipv6', prove, {
    after: ['packet-filter', 'mmproxy-routes'],
  });
}

/** Checks the whole route of a participant with a request from a container, which is a client outside of this host. */
function throughChain({domain, network, project}: Blueprint): Check {
  const prove = async (context: CheckContext) => {
    const path = inventPath();
    const {host} = context;
    const web = (await host.docker.containers(project.name)).find(({service}) => service === 'web');
    if (!web?.running) throw new Error('the web container, which sends the request, is not running');
    const target = ['--resolve', `${domain}:443:${network.gateway}`, '--max-time', String(patience / 1000)];
    const curl = ['curl', '--silent', '--show-error', '--insecure', '--output', '/dev/null', ...target];
    const {exitCode, stderr} = await host.query({
      argv: ['docker', 'exec', web.id, ...curl, `https://${domain}${path}`],
    });
    if (exitCode !== 0) throw new Error(stderr.trim());
    const line = await findRequest({context, domain, path, address: network.web});
    return ok('A client on port 443 reaches nginx with its own address.', line);
  };
  return check('client-address-chain', prove, {after: ['packet-filter', 'mmproxy-routes']});
}

const inventPath = () => `/onebox-check-${randomBytes(8).toString('hex')}`;

/** Waits for the log line of a request and returns its beginning; throws if it names another client. */
async function findRequest({
  context: {host, signal},
  domain,
  path,
  address,
}: {
  context: CheckContext;
  domain: string;
  path: string;
  address: string;
}): Promise<string> {
  // A busy host takes a while to write it.
  for (let tries = 0; tries < 40; tries += 1) {
    const line = await searchLog(host, accessLog(domain), path);
    const seen = line?.split(' ')[0];
    if (seen === address) return `logged as ${line?.split('"')[0]?.trim()}`;
    if (seen !== undefined) throw new Error(`nginx saw ${seen} instead of ${address}`);
    await sleep(50, undefined, {signal});
  }
  throw new Error(`the nginx log ${accessLog(domain)} does not contain the request`);
}

async function searchLog(host: Host, log: string, path: string): Promise<string | undefined> {
  const {stdout} = await host.query({argv: ['tail', '--bytes=100000', log]});
  return stdout.split('\n').findLast(line => line.includes(path));
}
