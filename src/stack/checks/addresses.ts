import * as v from 'valibot';
import type {Check, Proof} from '../../model/check.ts';
import type {Facts} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {findHolder} from '../../model/interfaces.ts';
import {publicAddress as publicAddressSchema} from '../../model/settings/grammar/addresses.ts';
import {lookUpName} from '../../network/dns.ts';
import type {Blueprint} from '../blueprint.ts';
import {readAdvertised} from '../in-use.ts';
import {check, ok} from './check.ts';
import {patience} from './vantage.ts';

/** Checks that bridge and relay advertise the address that the internet sees, or the one of the settings. */
export function publicAddress(blueprint: Blueprint, {publicAddress: seen, interfaces}: Facts): Check {
  const {domain, publicAddress: wanted} = blueprint;
  // Where the settings name none, the one that is seen is wanted; the internet may see another one of several.
  const isRight = (address: string) =>
    address === wanted || (wanted === seen.value && isPublic(address) && findHolder(interfaces.value, address));
  return check('public-address', async ({host}) => {
    const advertised = await readParts(host, blueprint);
    const said = `bridge: ${advertised.bridge}; relay: ${advertised.relay}`;
    const [part, stale] = Object.entries(advertised).find(([, address]) => !isRight(address)) ?? [];
    if (stale !== undefined)
      return {
        state: 'failed',
        summary: `The public address is ${wanted} now, but the ${part} advertises ${stale}.`,
        evidence: `${said}; ${seen.source}`,
        remedy: `Run \`jitsi-onebox apply\`, and let ${domain} resolve to ${wanted}.`,
      };
    if (seen.value === undefined)
      return ok('Bridge and relay advertise an address.', `${said}; not compared: ${seen.reason}`);
    const other = Object.values(advertised).find(address => address !== seen.value);
    if (other === undefined)
      return ok(`Bridge and relay advertise ${seen.value}, as the internet sees it.`, `${said}; ${seen.source}`);
    const evidence = `${said}; the internet sees ${seen.value} (${seen.source})`;
    const holder = findHolder(interfaces.value, other);
    if (holder)
      return ok(`Bridge and relay advertise ${other}, an address of this host.`, `${evidence}; on ${holder.name}`);
    return {
      state: 'warning',
      summary: `Bridge and relay advertise ${other}, as you set it, but the internet sees ${seen.value}.`,
      evidence,
      remedy: `If ${other} reaches this host, accept it: \`jitsi-onebox doctor --accept public-address\`. Otherwise correct address.public.`,
    };
  });
}

const isPublic = (address: string) => v.is(publicAddressSchema, address);

/** Reads what bridge and relay advertise. */
async function readParts({files}: Host, {project: {directory}, turnDomain}: Blueprint) {
  const [compose = '', relay = ''] = await Promise.all([
    files.read(`${directory}/compose.yaml`),
    turnDomain === undefined ? '' : files.read(`${directory}/turn/turnserver.conf`),
  ]);
  const bridge = readAdvertised(compose).publicAddress;
  if (bridge === undefined) throw new Error(`${directory}/compose.yaml names no address`);
  return {bridge, relay: /^external-ip=([^/\s]+)/m.exec(relay)?.[1] ?? bridge};
}

/** Checks that participants who get an IPv6 address of this host from the DNS can use it. */
export function ipv6Reach({domain, turnDomain}: Blueprint, {interfaces, publicIpv6}: Facts): Check {
  return check('ipv6-reach', async ({within}) => {
    const own = new Set(interfaces.value?.flatMap(({addresses}) => addresses));
    const isOwn = (address: string) => address.includes(':') && own.has(address);
    const names = [domain, ...(turnDomain === undefined ? [] : [turnDomain])];
    const found = await Promise.all(
      names.map(name => within(patience, until => lookUpName(name, until)).catch(() => [])),
    );
    const index = found.findIndex(addresses => addresses.some(isOwn));
    const [name, address] = [names[index], found[index]?.find(isOwn)];
    if (name === undefined || address === undefined)
      return ok('The DNS sends nobody to this host over IPv6.', 'no AAAA record names an address of this host');
    return judgeIpv6({name, address}, publicIpv6);
  });
}

/** Judges an IPv6 address that the DNS names, and this host has. Only the way out was tried. */
export function judgeIpv6(
  {name, address}: {readonly name: string; readonly address: string},
  seen: Facts['publicIpv6'],
): Proof {
  if (seen.value === undefined) return ok(`The IPv6 address ${address} of ${name} could not be tested.`, seen.reason);
  if (seen.value.state === 'works')
    return ok(
      `${name} has the IPv6 address ${address}, and packets get out over IPv6. The way from outside was not tried.`,
      seen.source,
    );
  return {
    state: 'failed',
    isCertain: true,
    summary: `The DNS names the IPv6 address ${address} for ${name}, but this host has no working IPv6.`,
    evidence: seen.source,
    remedy: `Remove the AAAA record of ${name}, or let the router pass IPv6 to this host. Certificate authorities try IPv6 first.`,
  };
}
