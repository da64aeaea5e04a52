import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import {nameRouterPort, type Passage, type RouterPort} from '../../model/router.ts';
import {askHttp} from '../../network/http.ts';
import {askStun, checkDirectly} from '../../network/stun.ts';
import {fetchCertificate} from '../../network/tls.ts';
import type {Blueprint} from '../blueprint.ts';
import {publicPorts} from '../host.ts';
import {namePorts} from '../reach.ts';
import {check, ok} from './check.ts';
import {openAtProvider} from './vantage.ts';
import type {Visit} from './visit.ts';

/** A router that sends packets back in answers within a round trip of the local network. */
const patience = 1500;

/** Tries every public port at this host's own address, and at the public one: what the router sends back in, it forwards. */
export function openPassages(blueprint: Blueprint, visit: Visit): Opening<readonly Passage[]> {
  const {publicAddress, localAddress} = blueprint;
  return async context =>
    Promise.all(
      publicPorts(blueprint).map(async port => {
        const [here, outside] = await Promise.all(
          [localAddress, publicAddress].map(address => readAnswer(blueprint, visit, port, address, context)),
        );
        return {...port, answersHere: here !== undefined, answersOutside: here !== undefined && here === outside};
      }),
    );
}

/** Returns something that only this host answers with; undefined if there is no answer. */
async function readAnswer(
  {domain, ports}: Blueprint,
  visit: Visit,
  {port, protocol}: RouterPort,
  address: string,
  context: CheckContext,
): Promise<string | undefined> {
  const ask = async () => {
    if (protocol === 'udp' && port === ports.media) {
      const [invitation] = await context.share(visit.call);
      await context.within(patience, until => checkDirectly({...invitation, to: {address, port}}, until));
      return 'the bridge';
    }
    return context.within(patience, async until => {
      if (protocol === 'udp') return askStun(`${address}:${port}`, until).then(() => 'STUN');
      if (port === 443)
        return (await fetchCertificate({name: domain, address, port}, until)).certificate.fingerprint256;
      return (await askHttp({name: domain, address, port, path: '/'}, until)).headers.location;
    });
  };
  return ask().catch(() => undefined);
}

/** The way from port 443 to nginx on this host: a connection that hangs there looks like one that does not arrive. */
const ownWay = ['service-haproxy', 'service-mmproxy', 'mmproxy-routes', 'client-address', 'service-nginx'] as const;

/** Checks that the router forwards each port, where it sends anything back in at all. */
export function routerForwards(blueprint: Blueprint, open: Opening<readonly Passage[]>): Check {
  const {publicAddress, localAddress} = blueprint;
  const prove = async (context: CheckContext) => {
    if (publicAddress === localAddress)
      return ok('This host has the public address itself.', `${publicAddress}; ${onlyOutside}`);
    const passages = await context.share(open);
    const through = passages.filter(({answersOutside}) => answersOutside);
    const closed = passages.filter(({answersHere, answersOutside}) => answersHere && !answersOutside);
    if (through.length === 0) return notTried(publicAddress);
    const seen = `${namePorts(through)} ${through.length === 1 ? 'arrives' : 'arrive'} through ${publicAddress}`;
    return closed.length === 0
      ? ok('The router forwards the ports to this host.', seen)
      : report(closed, seen, localAddress);
  };
  return check('router-forwards', prove, {after: ['packet-filter', 'packet-forwarding', 'docker-chains', ...ownWay]});
}

const onlyOutside = 'a firewall of your provider is seen from outside only: `jitsi-onebox doctor --outside`';

const notTried = (publicAddress: string) =>
  ok(
    'The forwards cannot be tried from here: the router does not support hairpin NAT.',
    `nothing arrives through ${publicAddress}; see public-loopback; ${onlyOutside}`,
  );

function report(closed: readonly Passage[], seen: string, localAddress: string): Finding {
  const [first] = closed;
  return {
    state: 'failed',
    summary: `The router does not forward ${namePorts(closed)} to this host.`,
    evidence: `${namePorts(closed)} ${closed.length === 1 ? 'answers' : 'answer'} on this host and not through the router; ${seen}`,
    remedy: `Forward ${closed.map(each => `${nameRouterPort(each)} to ${localAddress}, port ${each.port}`).join('; ')} in the router, or ${openAtProvider}.${first?.protocol === 'udp' ? ' It must be UDP, and the same port inside as outside.' : ''}`,
  };
}
