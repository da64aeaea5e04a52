import type {Facts, Listener} from '../../model/facts.ts';
import {findUplink} from '../../model/interfaces.ts';
import {simulate} from '../../model/packet-filter/simulate.ts';
import {Problem} from '../../model/problem.ts';
import type {Draft} from '../../model/settings/draft.ts';
import {valueSoFar} from '../../model/settings/questions.ts';
import type {TrialSubject, Untried} from '../../model/trial.ts';
import {listPublicPorts} from '../host.ts';

export type TrialPort = {readonly id: string; readonly port: number; readonly protocol: 'tcp' | 'udp'};

/** The trial of the ports that participants need. */
export type PortTrial = {
  readonly publicAddress: string;
  readonly ports: readonly TrialPort[];
  readonly subjects: readonly TrialSubject[];
  readonly untried: readonly Untried[];
};

/** Plans a trial of the ports, also before the settings are complete. A port that somebody holds is not tried. */
export function planPortTrial(draft: Draft, facts: Facts): PortTrial {
  const publicAddress = findAddress('public', draft, facts);
  const localAddress = findAddress('local', draft, facts);
  const hasRelay = valueSoFar(draft, 'turn.enabled') !== 'false';
  const number = (name: string) => Number(valueSoFar(draft, `ports.${name}`));
  const all = listPublicPorts({media: number('media'), stun: number('stun')}, hasRelay)
    .map(({port, protocol, purpose}) => ({port, protocol, purpose, id: `${port}/${protocol}`}))
    .toSorted((one, other) => one.port - other.port);
  const holders = new Map(all.map(port => [port.id, findHolder(port, facts.listeners.value ?? [])]));
  const free = all.filter(({id}) => holders.get(id) === undefined);
  return {
    publicAddress,
    ports: free.map(({id, port, protocol}) => ({id, port, protocol})),
    subjects: free.map(each => ({
      id: each.id,
      purpose: each.purpose,
      remedy: advise(each, {publicAddress, localAddress}, facts),
    })),
    untried: all
      .filter(({id}) => holders.get(id) !== undefined)
      .map(({id}) => ({id, reason: `${holders.get(id)} uses it already`})),
  };
}

/** Returns whether a page for a trial has an address and a port. */
export function hasFreePort(draft: Draft, facts: Facts): boolean {
  const isKnown = (['public', 'local'] as const).every(which => readAddress(which, draft, facts) !== undefined);
  return isKnown && planPortTrial(draft, facts).ports.some(({protocol}) => protocol === 'tcp');
}

function findHolder({port, protocol}: Omit<TrialPort, 'id'>, listeners: readonly Listener[]): string | undefined {
  const holder = listeners.find(
    each => each.port === port && each.protocol === protocol && !/^(127\.|::1$)/.test(each.address),
  );
  return holder && (holder.container?.name ?? holder.process ?? 'another program');
}

type Addresses = {readonly publicAddress: string; readonly localAddress: string};

/** Says what to do where nothing arrives: the exact rule, and what else may be in the way. */
function advise({id, port, protocol}: TrialPort, {publicAddress, localAddress}: Addresses, facts: Facts): string {
  const filter = facts.packetFilter.value;
  const uplink = findUplink(facts, localAddress) ?? '';
  const reach = filter && simulate(filter, {port, protocol, interface: uplink, address: localAddress});
  const own =
    reach?.result === 'blocked'
      ? 'The packet filter of this host drops it (simulated): the plan shows what to do. '
      : '';
  const rule =
    publicAddress === localAddress
      ? `Let your provider's firewall pass ${id} to ${localAddress}.`
      : `Forward ${id} in the router to ${localAddress}, port ${port}.`;
  const udp =
    protocol === 'udp' ? ' If that is so already, the network of the visitor may block UDP: try another one.' : '';
  return `${own}${rule}${udp}`;
}

function readAddress(which: 'public' | 'local', draft: Draft, facts: Facts): string | undefined {
  const chosen = valueSoFar(draft, `address.${which}`);
  return chosen === 'auto' ? facts[`${which}Address`].value : chosen;
}

function findAddress(which: 'public' | 'local', draft: Draft, facts: Facts): string {
  const found = readAddress(which, draft, facts);
  if (found !== undefined) return found;
  throw new Problem({
    code: 'address-unknown',
    summary: `The ${which} address of this host could not be detected.`,
    remedy: `Set it explicitly: --set address.${which}=ADDRESS.`,
  });
}
