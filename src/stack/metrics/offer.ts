import ipaddr from 'ipaddr.js';
import type {Settings} from '../../model/settings/schema.ts';

/** How the metrics are offered: where nginx listens, and who gets an answer. */
export type MetricsOffer = {
  readonly port: number;
  readonly listens: readonly string[];
  readonly allow: readonly string[];
};

/** Plans the offer; undefined if nobody asked for metrics. Nothing but loopback listens where only this host may ask. */
export function planMetrics({enabled, allow, port}: Settings['metrics'], ipv6: boolean): MetricsOffer | undefined {
  if (!enabled) return undefined;
  const v4 = allow.filter(isIPv4);
  const v6 = ipv6 ? allow.filter(each => !isIPv4(each)) : [];
  return {
    port,
    allow,
    listens: [
      ...(v4.length === 0 ? [] : [v4.every(isLoopback) ? `127.0.0.1:${port}` : String(port)]),
      ...(v6.length === 0 ? [] : [v6.every(isLoopback) ? `[::1]:${port}` : `[::]:${port}`]),
    ],
  };
}

const addressOf = (network: string) => network.split('/')[0] ?? network;
const isIPv4 = (network: string) => ipaddr.IPv4.isValidFourPartDecimal(addressOf(network));
// A network of 127.0.0.0/8 is one of loopback; those that are larger are refused as settings.
const isLoopback = (network: string) => ipaddr.parse(addressOf(network)).range() === 'loopback';
