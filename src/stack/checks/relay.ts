import type {CheckCode} from '../../model/catalogue.ts';
import type {Check, CheckContext} from '../../model/check.ts';
import type {Allocation} from '../../network/turn.ts';
import {check, describeReason, ok} from './check.ts';
import type {Vantage} from './vantage.ts';
import {findBridge, findRelay, type Visit} from './visit.ts';

/** Checks that participants learn about the relay, and that it accepts them and permits nothing but the bridge. */
export function relayChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  const local = vantage.blueprint?.localAddress;
  return [
    credentials(vantage, visit),
    allocation(visit),
    denial(visit, {
      code: 'turn-denies-loopback',
      peers: 'its own host',
      find: async () => ['127.0.0.1', '127.0.0.53', '0.0.0.0', '::1', '::ffff:127.0.0.1'],
    }),
    denial(visit, {
      code: 'turn-denies-lan',
      peers: 'the local network',
      find: async () => [...privateSamples, ...(local === undefined ? [] : [local, `::ffff:${local}`])],
    }),
    denial(visit, {
      code: 'turn-denies-prosody',
      peers: 'the containers next to the bridge',
      // From elsewhere, only an invitation shows where these containers are.
      after: vantage.blueprint ? [] : ['conference'],
      find: context => findNeighbours(vantage, visit, context),
    }),
  ];
}

// One address of every range for homes, clouds and containers, in every notation.
const privateSamples = [
  '10.0.0.1',
  '172.17.0.1',
  '192.168.0.1',
  '169.254.169.254',
  'fc00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
];

function credentials(vantage: Vantage, visit: Visit): Check {
  const wanted = vantage.blueprint?.turnDomain;
  return check(
    'turn-credentials',
    async context => {
      const {host, port, username} = findRelay(await context.share(visit.services));
      if (wanted !== undefined && host !== wanted) throw new Error(`the server offers ${host} instead of ${wanted}`);
      if (port !== 443) throw new Error(`the server offers port ${port}, which strict firewalls block`);
      return ok('Participants get credentials for the relay.', `turns:${host}:${port}, user ${username}`);
    },
    {after: ['xmpp-login']},
  );
}

function allocation(visit: Visit): Check {
  return check(
    'turn-allocation',
    async context => {
      const {relayed} = await context.share(visit.relay[4]);
      return ok('The relay accepts an allocation.', `its address is ${relayed.address}`);
    },
    {after: ['turn-credentials']},
  );
}

type Denial = {
  readonly code: CheckCode;
  readonly peers: string;
  readonly after?: readonly CheckCode[];
  find(context: CheckContext): Promise<readonly string[]>;
};

function denial(visit: Visit, {code, peers, after = [], find}: Denial): Check {
  return check(
    code,
    async context => {
      const relay = await context.share(visit.relay[4]);
      const addresses = await find(context);
      const denied = await Promise.all(addresses.map(address => demandDenial({visit, context, relay, address})));
      return ok(`The relay does not permit ${peers}.`, denied.join(', '));
    },
    {after: ['turn-allocation', ...after]},
  );
}

// Forbidden, or an address family that the relay does not serve.
const denials = [403, 440, 443];

/** Asks for a permission, which must be denied. An IPv6 peer is also asked for in an IPv6 allocation, if there is one. */
async function demandDenial({
  visit,
  context,
  relay,
  address,
}: {
  visit: Visit;
  context: CheckContext;
  relay: Allocation;
  address: string;
}): Promise<string> {
  const codes = [await relay.permit(address)];
  if (address.includes(':')) {
    const sixth = await context.share(visit.relay[6]).catch(describeReason);
    if (typeof sixth !== 'string') codes.push(await sixth.permit(address));
  }
  const bad = codes.find(code => !denials.includes(code));
  if (bad === 0) throw new Error(`it permits ${address}`);
  if (bad !== undefined) throw new Error(`for ${address} it answers with error ${bad}`);
  return `${address}: ${codes.join(' and ')}`;
}

/** Finds the other containers. From elsewhere, their addresses are the ones around that of the bridge. */
async function findNeighbours({blueprint}: Vantage, visit: Visit, context: CheckContext): Promise<readonly string[]> {
  if (blueprint) {
    const {prosody, web, jicofo} = blueprint.network;
    return [prosody, `::ffff:${prosody}`, web, jicofo];
  }
  const [invitation] = await context.share(visit.call);
  const {address} = findBridge(invitation);
  const dot = address.lastIndexOf('.');
  const around = [-4, -3, -2, -1, 1].map(step => Number(address.slice(dot + 1)) + step);
  return around.filter(byte => byte > 0 && byte < 255).map(byte => `${address.slice(0, dot)}.${byte}`);
}
