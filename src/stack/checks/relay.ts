import type {CheckCode} from '../../model/catalogue.ts';
import type {Check, CheckContext} from '../../model/check.ts';
import type {Allocation} from '../../network/turn.ts';
import {findBridge} from '../../network/xmpp/invitation.ts';
import {after, check, describeReason, ok} from './prove.ts';
import type {Vantage} from './vantage.ts';
import type {Visit} from './visit.ts';

/** Whether the relay lets participants in, and leads them nowhere but to the bridge. */
export function relayChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  const local = vantage.blueprint?.localAddress;
  return [
    allocation(visit),
    denial(visit, {
      code: 'turn-denies-loopback',
      what: "the relay's own host",
      find: async () => ['127.0.0.1', '127.0.0.53', '0.0.0.0', '::1', '::ffff:127.0.0.1'],
    }),
    denial(visit, {
      code: 'turn-denies-lan',
      what: 'the local network',
      find: async () => [...privateSamples, ...(local === undefined ? [] : [local, `::ffff:${local}`])],
    }),
    denial(visit, {
      code: 'turn-denies-prosody',
      what: 'the containers beside the bridge',
      find: context => findNeighbours(vantage, visit, context),
    }),
  ];
}

// One of every range that is used at home, in clouds and in containers, in every way to write it.
const privateSamples = [
  '10.0.0.1',
  '172.17.0.1',
  '192.168.0.1',
  '169.254.169.254',
  'fc00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
];

function allocation(visit: Visit): Check {
  return check({
    code: 'turn-allocation',
    wrong: 'The relay gives participants no place: those behind strict firewalls have no sound and no pictures.',
    remedy: 'Run `jitsi-onebox apply` on the host; if that finds nothing, look at `docker logs` of turn there.',
    async prove(context) {
      const {relayed} = await context.share(visit.relay[4]);
      return ok('The relay gives a participant a place.', `it sends from ${relayed.address}`);
    },
  });
}

type Denial = {
  readonly code: CheckCode;
  readonly what: string;
  find(context: CheckContext): Promise<readonly string[]>;
};

function denial(visit: Visit, {code, what, find}: Denial): Check {
  return check({
    code,
    wrong: `The relay leads strangers to ${what}.`,
    remedy: 'Run `jitsi-onebox apply` on the host at once: its turnserver.conf allows the bridge and nothing else.',
    async prove(context) {
      const relay = await after('turn-allocation', context.share(visit.relay[4]));
      const refused = await Promise.all(
        (await find(context)).map(address => demandDenial({visit, context, relay, address})),
      );
      return ok(`The relay does not lead to ${what}.`, refused.join(', '));
    },
  });
}

// Forbidden; or an address of a kind that the relay does not serve at all.
const denials = [403, 440, 443];

type Denied = {visit: Visit; context: CheckContext; relay: Allocation; address: string};

/** A place in IPv4 serves no IPv6, so that is asked from a place in IPv6 where the relay gives one. */
async function demandDenial({visit, context, relay, address}: Denied): Promise<string> {
  const codes = [await relay.permit(address)];
  if (address.includes(':')) {
    const sixth = await context.share(visit.relay[6]).catch(describeReason);
    if (typeof sixth !== 'string') codes.push(await sixth.permit(address));
  }
  const bad = codes.find(code => !denials.includes(code));
  if (bad === 0) throw new Error(`it gives leave to reach ${address}`);
  if (bad !== undefined) throw new Error(`asked for ${address}, it answers with error ${bad}`);
  return `${address}: ${codes.join(' and ')}`;
}

/** Elsewhere the bridge's own address tells where its neighbours are: our network gives them out in a row. */
async function findNeighbours({blueprint}: Vantage, visit: Visit, context: CheckContext): Promise<readonly string[]> {
  if (blueprint) {
    const {prosody, web, jicofo} = blueprint.network;
    return [prosody, `::ffff:${prosody}`, web, jicofo];
  }
  const [invitation] = await after('conference', context.share(visit.call));
  const [prefix, last] = splitLast(findBridge(invitation).address);
  const around = [-4, -3, -2, -1, 1].map(step => last + step).filter(byte => byte > 0 && byte < 255);
  return around.map(byte => `${prefix}.${byte}`);
}

function splitLast(address: string): [prefix: string, last: number] {
  const dot = address.lastIndexOf('.');
  return [address.slice(0, dot), Number(address.slice(dot + 1))];
}
