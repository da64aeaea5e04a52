import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Check, CheckContext, Finding} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {readPacketFilter} from '../../model/packet-filter/read.ts';
import {askAsProxy} from '../../network/http.ts';
import type {Blueprint} from '../blueprint.ts';
import {accessLog} from '../names.ts';
import {findInnerBarrier, nameCause} from '../reach.ts';
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
function throughChain(blueprint: Blueprint): Check {
  const {domain, network, project} = blueprint;
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
    if (unanswered.includes(exitCode)) return explainSilence(blueprint, host, stderr.trim());
    if (exitCode !== 0) throw new Error(stderr.trim());
    const line = await findRequest({context, domain, path, address: network.web});
    return ok('A client on port 443 reaches nginx with its own address.', line);
  };
  return check('client-address-chain', prove, {after: ['packet-filter', 'mmproxy-routes']});
}

/** Exit statuses of curl: refused, and no answer in time. */
const unanswered = [7, 28];

/** Says that a rule of this host stops the request of the container, if one does: participants arrive on another interface. */
async function explainSilence(blueprint: Blueprint, host: Host, reason: string): Promise<Finding> {
  const bridge = await findBridge(host, blueprint.network.web);
  const filter = await readPacketFilter(host);
  const cause = bridge === undefined ? undefined : findInnerBarrier(blueprint, filter, bridge);
  if (cause === undefined) throw new Error(reason);
  return {
    state: 'warning',
    summary:
      'The chain from HAProxy to nginx could not be tried from here: a rule stops what containers send to port 443.',
    evidence: `${nameCause(cause)} (simulated on ${bridge}); ${reason}`,
    remedy: `Nothing, if \`jitsi-onebox doctor --outside\` reaches the pages. To have it tried here, too, let 443/tcp in from ${blueprint.network.web}.`,
  };
}

/** Finds the bridge of a container's network, whose name Docker chooses. */
async function findBridge(host: Host, address: string): Promise<string | undefined> {
  const {stdout} = await host.query({argv: ['ip', '-4', 'route', 'get', address]});
  return / dev (\S+)/.exec(stdout)?.[1];
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
