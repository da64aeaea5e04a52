import type {CheckCode} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import {checkDirectly, writeConnectivityCheck} from '../../network/stun.ts';
import type {SocketAddress} from '../../network/stun-message.ts';
import type {Invitation} from '../../network/xmpp/invitation.ts';
import {CertainFault, check, describeReason, ok} from './check.ts';
import {isRefused} from './entrance.ts';
import {findHttps, onlyInside, patience, type Vantage, warnIfUdpBlocked} from './vantage.ts';
import {findBridgeFor, findMediaPort, listCandidates, type Visit} from './visit.ts';

/** Checks what a browser does before it calls: it opens the websocket and logs in as a guest. */
export function signallingChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  return [
    check('xmpp-websocket', async context => {
      await context.share(visit.stream);
      return ok('The websocket opens, and Prosody answers.', (await findHttps(vantage, context)).route);
    }),
    check('xmpp-login', context => proveLogin(visit, context), {after: ['xmpp-websocket']}),
  ];
}

async function proveLogin({entrance, stream}: Visit, context: CheckContext): Promise<Finding> {
  const rooms = await context.share(entrance.rooms);
  if (rooms === 'members' && !(await isRefused(await context.share(stream), context)))
    throw new CertainFault('guests can log in, although only registered people may');
  if (rooms === 'members' && !entrance.isRegistered)
    return ok('Only registered people can log in.', 'a guest was refused, as they have to be');
  const {jid} = await context.share(entrance.first);
  if (rooms === 'anyone' || !entrance.isRegistered) return ok('A guest can log in.', jid);
  return ok(`A registered person can log in${rooms === 'members' ? ', and guests are refused' : ''}.`, jid);
}

/** Checks a call: three guests meet in a room, and the bridge answers them directly and through the relay. */
export function callChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  const relayed: Opening<string> = context => reachThroughRelay(vantage, visit, context);
  const hasRelay = vantage.blueprint === undefined || vantage.blueprint.turnDomain !== undefined;
  return [conference(vantage, visit), mediaPort(vantage, visit, relayed), ...(hasRelay ? [turnRelay(relayed)] : [])];
}

function conference({blueprint}: Vantage, visit: Visit): Check {
  const logins: readonly CheckCode[] = blueprint ? ['jicofo-login', 'videobridge-login'] : [];
  const prove = async (context: CheckContext) => {
    const [{candidates, fingerprint}] = await context.share(visit.call);
    if (!fingerprint) throw new Error('the bridge offers no DTLS fingerprint');
    return ok(
      'Jicofo connects three participants through the bridge.',
      `the bridge is at ${listCandidates(candidates)}`,
    );
  };
  return check('conference', prove, {after: [...logins, 'xmpp-login']});
}

function mediaPort(vantage: Vantage, visit: Visit, relayed: Opening<string>): Check {
  const {domain, blueprint} = vantage;
  const prove = async (context: CheckContext) => {
    const [invitation] = await context.share(visit.call);
    const {hasHairpin} = await vantage.findRoute(context, domain);
    const to = await findMediaPort(vantage, invitation, context);
    const reach = (address = to.address) => reachDirectly(invitation, {...to, address}, context);
    if (!blueprint)
      return reach().then(
        evidence => ok('The bridge answers directly.', evidence),
        error => warnIfUdpBlocked(error, context.share(relayed)),
      );
    // The local address answers also where nobody else gets in, so it counts only where the public one cannot be asked.
    if (hasHairpin !== true) return ok(onlyInside('The bridge answers'), await reach());
    return reach().then(
      evidence => ok('The bridge answers directly, also through the router.', evidence),
      async error => blame(error, await reach(blueprint.localAddress), to.port),
    );
  };
  return check('media-port', prove, {
    after: blueprint
      ? ['packet-filter', 'packet-forwarding', 'docker-chains', 'router-forwards', 'public-address', 'conference']
      : ['conference'],
  });
}

async function reachDirectly(invitation: Invitation, to: SocketAddress, {within}: CheckContext): Promise<string> {
  await within(patience, until => checkDirectly({...invitation, to}, until)).catch(error => {
    throw new Error(`${to.address}:${to.port}/udp: ${describeReason(error)}`);
  });
  return `ICE check answered by ${to.address}:${to.port}/udp`;
}

/** Blames the router: it is the last cause, after the bridge answered and the packet filter was looked at. */
function blame(error: unknown, answered: string, port: number): Finding {
  return {
    state: 'failed',
    summary: 'Behind the router nobody reaches the bridge directly, though it answers on this host.',
    evidence: `${describeReason(error)}; inside: ${answered}`,
    remedy: `The packet filter of this host lets the packets in (packet-filter), so forward ${port}/udp in the router to this host.`,
  };
}

function turnRelay(relayed: Opening<string>): Check {
  const prove = async (context: CheckContext) =>
    ok('The bridge answers through the relay on port 443.', await context.share(relayed));
  return check('turn-relay', prove, {after: ['turn-allocation', 'conference']});
}

async function reachThroughRelay(vantage: Vantage, visit: Visit, context: CheckContext): Promise<string> {
  const [relay, [, invitation]] = await Promise.all([context.share(visit.relay[4]), context.share(visit.call)]);
  const bridge = findBridgeFor(vantage, invitation);
  const denial = await relay.permit(bridge.address);
  if (denial !== 0) throw new Error(`it does not permit the bridge at ${bridge.address} (error ${denial})`);
  const {request, isAnswer} = writeConnectivityCheck(invitation);
  await relay.exchange(bridge, request, isAnswer);
  return `ICE check answered by ${bridge.address}:${bridge.port}/udp`;
}
