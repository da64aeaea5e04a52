import type {Check, Opening} from '../../model/check.ts';
import {readPacketFilter} from '../../model/packet-filter/read.ts';
import type {Blueprint} from '../blueprint.ts';
import {publicPorts} from '../host.ts';
import {advise, describeBarrier, findBarriers, findCommand, type Group, namePorts} from '../reach.ts';
import {check, describeReason, ok} from './check.ts';

/** Reads the rules of this host, and finds those that stop participants. */
export function openFilter(blueprint: Blueprint): Opening<readonly Group[]> {
  return async ({host}) => {
    const filter = await readPacketFilter(host);
    if (filter.unread !== undefined) throw new Error(`the rules are not known: ${filter.unread}`);
    return findBarriers(blueprint, filter);
  };
}

/** Checks what the rules of this host do to the packets of participants. It reads them and simulates: nothing is sent. */
export function packetFilterCheck(blueprint: Blueprint, find: Opening<readonly Group[]>): Check {
  return check('packet-filter', async context => {
    if (blueprint.uplink === undefined)
      return warn('The packet filter was not looked at.', 'the interface to the router is not known');
    const barriers = await context.share(find).catch(describeReason);
    if (typeof barriers === 'string') return warn('The packet filter could not be read.', barriers);
    const closed = barriers.filter(({result}) => result === 'blocked' || result === 'diverted');
    const [worst = barriers[0]] = closed;
    if (worst === undefined)
      return ok(
        'The packet filter of this host lets participants in.',
        `simulated on ${blueprint.uplink}: ${namePorts(publicPorts(blueprint))}`,
      );
    const evidence = `${(closed.length > 0 ? closed : barriers).map(describeBarrier).join('; ')} (simulated)`;
    if (closed.length === 0) return {...warn('A rule may stop participants.', evidence), remedy: advise(worst)};
    const command = findCommand(worst);
    return {
      state: 'failed',
      isCertain: true,
      summary: `The packet filter of this host stops participants: ${namePorts(closed.flatMap(({ports}) => ports))}.`,
      evidence,
      remedy: `${advise(worst)}${command === undefined ? '' : ` The command: ${command}`}`,
    };
  });
}

const warn = (summary: string, evidence: string) =>
  ({
    state: 'warning',
    summary,
    evidence,
    remedy:
      'Run `jitsi-onebox check DOMAIN` on a machine outside of your network: it shows whether participants get in.',
  }) as const;
