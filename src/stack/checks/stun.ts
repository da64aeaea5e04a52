import type {Check, CheckContext, Finding} from '../../model/check.ts';
import {askStun} from '../../network/stun.ts';
import type {Blueprint} from '../blueprint.ts';
import {overlap} from '../network.ts';
import {check, describeReason, ok} from './check.ts';
import {onlyInside, patience, type Vantage} from './vantage.ts';
import {findBridge, type Visit} from './visit.ts';

/** Checks that participants learn their own address, which two of them need for a direct connection. */
export function stunPort(vantage: Vantage, visit: Visit): Check {
  const {blueprint} = vantage;
  const own =
    blueprint?.turnDomain === undefined ? undefined : {name: blueprint.turnDomain, port: blueprint.ports.stun};
  return check(
    'stun-port',
    async context => {
      const {name, port} = own ?? (await findStun(visit, context));
      const {address, hasHairpin} = await vantage.findRoute(context, name);
      const asked = context.within(patience, until => askStun(`${address}:${port}`, until));
      if (!blueprint) return asked.then(seen => judgeFromElsewhere(seen, visit, context), warnIfUdpBlocked);
      return judgeSeen(context, blueprint, await asked, hasHairpin);
    },
    // A packet that Docker does not forward, or the filter drops, is no fault of the router.
    {after: own ? ['docker-chains', 'packet-filter', 'packet-forwarding', 'router-forwards'] : ['turn-credentials']},
  );
}

async function findStun({services}: Visit, context: CheckContext): Promise<{name: string; port: number}> {
  const stun = (await context.share(services)).find(({type}) => type === 'stun');
  if (!stun) throw new Error('the server offers no STUN server');
  return {name: stun.host, port: stun.port};
}

async function judgeSeen(
  context: CheckContext,
  {network}: Blueprint,
  seen: string,
  hasHairpin: boolean | undefined,
): Promise<Finding> {
  if (!overlap(`${seen}/32`, network.subnet))
    return hasHairpin ? reportSeen(seen) : ok(onlyInside('STUN answers'), `it saw ${seen}`);
  if (hasHairpin !== true && (await isThisHostHidden(context)))
    return ok('STUN answers.', `it saw ${seen}: Docker (userland-proxy: false) hides this host, but no participant`);
  throw new Error(`it sees every client as ${seen}, an address of Docker`);
}

/** From elsewhere, the bridge's own address shows which network is Docker's. */
async function judgeFromElsewhere(seen: string, visit: Visit, context: CheckContext): Promise<Finding> {
  const bridge = await context.share(visit.call).then(
    ([invitation]) => findBridge(invitation).address,
    () => undefined,
  );
  if (bridge === undefined || !overlap(`${seen}/32`, `${bridge}/24`)) return reportSeen(seen);
  throw new Error(`it sees every client as ${seen}, an address of Docker`);
}

/**
 * Whether Docker hides the address of this host, and only of this host, from containers. It does so without its userland proxy.
 * The packets of participants match another rule, which docker-chains checks.
 */
async function isThisHostHidden({host}: CheckContext): Promise<boolean> {
  const {stdout} = await host.query({argv: ['iptables', '--wait', '--table', 'nat', '--list-rules', 'POSTROUTING']});
  return stdout.split('\n').some(rule => /^-A POSTROUTING -o \S+ .*--src-type LOCAL .*-j MASQUERADE/.test(rule));
}

const reportSeen = (seen: string) => ok('Participants can learn their own address.', `it saw ${seen}`);

const warnIfUdpBlocked = (error: unknown): Finding => ({
  state: 'warning',
  summary: 'STUN does not answer from here.',
  evidence: describeReason(error),
  remedy:
    'If this network does not block UDP, run `jitsi-onebox status` on the host: it looks at the host first. Then forward 3478/udp in the router.',
});
