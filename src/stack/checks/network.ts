import type {Check} from '../../model/check.ts';
import type {Facts} from '../../model/facts.ts';
import {nameRouterPort, type RouterPlace} from '../../model/router.ts';
import type {Blueprint} from '../blueprint.ts';
import {listForwards} from '../host.ts';
import {seeForwards} from '../router-renewal.ts';
import {ipv6Reach, publicAddress} from './addresses.ts';
import {check, ok} from './check.ts';

/** What the checks of the network need besides the blueprint; `router` is the one that was asked for forwards. */
export type NetworkView = {readonly facts: Facts; readonly router: RouterPlace | undefined};

/** Checks what changes in front of a host that was set up well: its address, its forwards, and what gets through. */
export function networkChecks(blueprint: Blueprint, {facts, router}: NetworkView): readonly Check[] {
  return [
    publicAddress(blueprint, facts),
    packetSize(facts),
    ipv6Reach(blueprint, facts),
    ...(router ? [portMapping(blueprint, router)] : []),
    idleTimeouts(blueprint),
  ];
}

function packetSize({mtu}: Facts): Check {
  return check('packet-size', async () => {
    if (mtu.value === undefined) return ok('Large packets could not be tested.', mtu.reason);
    const {size, isBlackHole} = mtu.value;
    if (!isBlackHole) return ok(`Packets of up to ${size} bytes get out.`, mtu.source);
    return {
      state: 'failed',
      isCertain: true,
      summary: `Packets of more than ${size} bytes are lost on the way to the internet without a word.`,
      evidence: mtu.source,
      remedy: `Set the MTU of the interface to ${size}, or let the router clamp the MSS of TCP and pass ICMP (\`jitsi-onebox explain mtu-black-hole\`).`,
    };
  });
}

/** Checks that the router still has the forwards that it was asked for. */
function portMapping(blueprint: Blueprint, router: RouterPlace): Check {
  return check('port-mapping', async ({host, signal}) => {
    const seen = await seeForwards(host, router, listForwards(blueprint), signal);
    const lost = seen.filter(({isOurs}) => !isOurs);
    if (lost.length === 0) {
      const isSilent = seen.some(({holder}) => holder === undefined);
      const good = isSilent ? 'granted our forwards; it does not say who has the ports now' : 'has our forwards';
      return ok(`The router ${router.gateway} ${good}.`, seen.map(nameRouterPort).join(', '));
    }
    const taken = lost.flatMap(({holder, ...each}) =>
      holder && holder.to !== router.localAddress ? [`${nameRouterPort(each)} is forwarded to ${holder.to}`] : [],
    );
    const names = lost.map(nameRouterPort).join(', ');
    return {
      state: 'failed',
      isCertain: true,
      summary: `The router ${router.gateway} no longer forwards ${names} to this host.`,
      evidence: taken.join('; ') || 'it lists no such forward, or the lease is over',
      remedy:
        taken.length > 0
          ? `Another device has taken the port: remove that forward in the router, then run \`jitsi-onebox router renew\`.`
          : 'Run `jitsi-onebox router renew`, and see `systemctl status jitsi-onebox-router.timer`.',
    };
  });
}

/** Seconds that a connection may be silent: websockets of a meeting are asked for a sign of life every minute or less. */
const leastIdle = 300;

/** Checks that neither HAProxy nor nginx cuts connections that are silent for a while. */
function idleTimeouts({layout}: Blueprint): Check {
  return check('idle-timeouts', async ({host}) => {
    const files = ['/etc/haproxy/haproxy.cfg', `${layout.enabled}/jitsi.conf`];
    const texts = await Promise.all(files.map(async path => ({path, text: (await host.files.read(path)) ?? ''})));
    const found = texts.flatMap(({path, text}) => findTimeouts(text).map(each => ({...each, path})));
    const short = found.filter(({seconds}) => seconds < leastIdle);
    if (short.length === 0) return ok('Silent connections stay open.', found.map(({line}) => line).join('; '));
    return {
      state: 'failed',
      isCertain: true,
      summary: 'Connections that are silent for a moment are cut.',
      evidence: short.map(({path, line}) => `${path}: ${line}`).join('; '),
      remedy: 'Run `jitsi-onebox apply`: it sets the limits again.',
    };
  });
}

const units: Readonly<Record<string, number>> = {ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400};

/** Finds the limits for silent connections in a configuration of HAProxy or nginx. */
function findTimeouts(text: string): readonly {readonly line: string; readonly seconds: number}[] {
  const found = text.matchAll(/^\s*((?:timeout\s+tunnel|proxy_(?:read|send)_timeout)\s+(\d+)(ms|s|m|h|d)?)\s*;?\s*$/gm);
  // Without a unit, HAProxy counts milliseconds and nginx seconds.
  return [...found].map(([, line = '', number, unit = line.startsWith('timeout') ? 'ms' : 's']) => ({
    line,
    seconds: Number(number) * (units[unit] ?? 1),
  }));
}
