import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import {checkDirectly, writeConnectivityCheck} from '../../network/connectivity-check.ts';
import {limit} from '../../network/limit.ts';
import {type Candidate, findBridge, type Invitation} from '../../network/xmpp/invitation.ts';
import {after, check, describeReason, ok} from './prove.ts';
import {patience, type Vantage} from './vantage.ts';
import type {Visit} from './visit.ts';

/** The proof call: two guests meet in a room, and the bridge answers them directly and through the relay. */
export function callChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  const relayed: Opening<string> = context => reachThroughRelay(vantage, visit, context);
  const isRelaying = vantage.blueprint === undefined || vantage.blueprint.turnDomain !== undefined;
  return [conference(visit), mediaPort(vantage, visit, relayed), ...(isRelaying ? [turnRelay(relayed)] : [])];
}

function conference(visit: Visit): Check {
  return check({
    code: 'conference',
    wrong: 'Two participants in a room are not brought together.',
    remedy:
      'Run `jitsi-onebox apply` on the host; if that finds nothing, look at `docker logs` of jicofo and videobridge there.',
    async prove(context) {
      const [{candidates, fingerprint}] = await context.share(visit.call);
      if (!fingerprint) throw new Error('the bridge shows no fingerprint for DTLS');
      return ok('Jicofo brings two participants together at the bridge.', `the bridge is at ${list(candidates)}`);
    },
  });
}

function mediaPort(vantage: Vantage, visit: Visit, relayed: Opening<string>): Check {
  return check({
    code: 'media-port',
    wrong: 'The bridge cannot be reached directly: there is no sound and there are no pictures without the relay.',
    remedy: 'Forward the UDP port of the bridge (10000) to the host, and run `jitsi-onebox apply` there.',
    async prove(context) {
      const [invitation] = await after('conference', context.share(visit.call));
      const {address, loops} = await vantage.findWay(context, vantage.domain);
      const advertised = vantage.blueprint?.publicAddress ?? address;
      const candidate = invitation.candidates.find(each => each.address === advertised);
      if (!candidate)
        throw new Error(`the bridge says that it is at ${list(invitation.candidates)}, not at ${advertised}`);
      const places = loops === false ? [address] : [...new Set([address, vantage.blueprint?.localAddress ?? address])];
      const asked = reachDirectly(
        invitation,
        places.map(each => ({...candidate, address: each})),
        context,
      );
      return vantage.blueprint ? asked : asked.catch(error => excuse({error, context, relayed}));
    },
  });
}

async function reachDirectly(
  invitation: Invitation,
  places: readonly Candidate[],
  {signal}: CheckContext,
): Promise<Finding> {
  const tries = places.map(async to => {
    await limit(patience, signal, until => checkDirectly({...invitation, to}, until));
    return ok('The bridge answers directly.', `ICE check answered by ${to.address}:${to.port}/udp`);
  });
  return Promise.any(tries).catch(error => {
    throw new Error(`${list(places)}/udp: ${describeReason(error)}`);
  });
}

type Excused = {error: unknown; context: CheckContext; relayed: Opening<string>};

/** Elsewhere, a network that lets no UDP out is nothing unusual: that is what the relay is for. */
async function excuse({error, context, relayed}: Excused): Promise<Finding> {
  await context.share(relayed).catch(() => {
    throw error;
  });
  return {
    state: 'warning',
    summary: 'The direct path is blocked from here: sound and pictures go through the relay.',
    evidence: describeReason(error),
    remedy: 'Nothing, if this network lets no UDP out; otherwise forward 10000/udp to the host.',
  };
}

function turnRelay(relayed: Opening<string>): Check {
  return check({
    code: 'turn-relay',
    wrong: 'The relay does not lead to the bridge: participants behind strict firewalls have no sound and no pictures.',
    remedy: 'Run `jitsi-onebox apply` on the host; if that finds nothing, look at `docker logs` of turn there.',
    async prove(context) {
      return ok('The bridge answers through the relay on port 443.', await context.share(relayed));
    },
  });
}

async function reachThroughRelay({blueprint}: Vantage, visit: Visit, context: CheckContext): Promise<string> {
  const [relay, [, invitation]] = await Promise.all([
    after('turn-allocation', context.share(visit.relay[4])),
    after('conference', context.share(visit.call)),
  ]);
  const bridge = blueprint
    ? {address: blueprint.network.videobridge, port: blueprint.ports.media}
    : findBridge(invitation);
  const refusal = await relay.permit(bridge.address);
  if (refusal !== 0) throw new Error(`it refuses to lead to the bridge at ${bridge.address} (${refusal})`);
  const {request, isAnswer} = writeConnectivityCheck(invitation);
  await relay.exchange(bridge, request, isAnswer);
  return `ICE check answered by ${bridge.address}:${bridge.port}/udp`;
}

const list = (places: readonly Candidate[]) => places.map(({address, port}) => `${address}:${port}`).join(', ');
