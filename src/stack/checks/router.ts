import type {Check, CheckContext} from '../../model/check.ts';
import {limit} from '../../network/limit.ts';
import {askStun} from '../../network/stun.ts';
import type {Blueprint} from '../blueprint.ts';
import {overlap} from '../network.ts';
import {after, check, describeReason, ok} from './prove.ts';
import {patience, type Vantage} from './vantage.ts';
import type {Visit} from './visit.ts';

/** Whether people on the host's own network can come in by the public address: many routers do not let them. */
export function publicLoopback(vantage: Vantage, {domain, publicAddress, localAddress}: Blueprint): Check {
  return check({
    code: 'public-loopback',
    wrong: `The router does not lead ${publicAddress} back in.`,
    remedy: 'Run `jitsi-onebox apply`.',
    async prove(context) {
      const {loops, told} = await vantage.findWay(context, domain);
      if (loops !== false) return ok('The public address can be used from inside too.', told);
      return {
        state: 'warning',
        summary: `The router does not lead ${publicAddress} back in: people on its own network do not reach ${domain} by it.`,
        evidence: told,
        remedy: `Switch on "NAT loopback" (hairpin) in the router, or let the DNS of your own network say ${localAddress} for ${domain}.`,
      };
    },
  });
}

/** Whether participants learn their own address, which two of them need to speak to each other directly. */
export function stunPort(vantage: Vantage, visit: Visit): Check {
  const {blueprint} = vantage;
  return check({
    code: 'stun-port',
    wrong: 'Participants do not learn their own address by STUN.',
    remedy: 'Forward 3478/udp to the host, and run `jitsi-onebox apply` there.',
    async prove(context) {
      const {name, port} = blueprint?.turnDomain
        ? {name: blueprint.turnDomain, port: blueprint.ports.stun}
        : await after('turn-credentials', context.share(visit.services).then(findStun));
      const {address, loops} = await vantage.findWay(context, name);
      const asked = limit(patience, context.signal, until => askStun(`${address}:${port}`, until));
      if (!blueprint) return asked.then(tell, excuse);
      const seen = await asked;
      if (!overlap(`${seen}/32`, blueprint.network.subnet)) return tell(seen);
      if (loops !== true && (await hidesThisHost(context))) return tellHidden(seen);
      throw new Error(`it takes everybody for ${seen}, Docker's own address`);
    },
  });
}

/**
 * Whether Docker hides from containers what this very host sends to their ports, as it does without its userland proxy.
 * Participants come by another rule, which keeps their address: docker-chains sees to that one.
 */
async function hidesThisHost({host}: CheckContext): Promise<boolean> {
  const {stdout} = await host.query({argv: ['iptables', '--wait', '--table', 'nat', '--list-rules', 'POSTROUTING']});
  return stdout.split('\n').some(rule => /^-A POSTROUTING -o \S+ .*--src-type LOCAL .*-j MASQUERADE/.test(rule));
}

function findStun(services: readonly {readonly type: string; readonly host: string; readonly port: number}[]) {
  const stun = services.find(({type}) => type === 'stun');
  if (!stun) throw new Error('participants are told of no STUN server');
  return {name: stun.host, port: stun.port};
}

const tell = (seen: string) => ok('STUN tells a participant his address.', `it saw ${seen}`);

const tellHidden = (seen: string) =>
  ok('STUN answers.', `it saw ${seen}, behind which Docker (userland-proxy: false) hides this host, and nobody else`);

const excuse = (error: unknown) => ({
  state: 'warning' as const,
  summary: 'STUN does not answer from here.',
  evidence: describeReason(error),
  remedy: 'Nothing, if this network lets no UDP out; otherwise forward 3478/udp to the host.',
});
