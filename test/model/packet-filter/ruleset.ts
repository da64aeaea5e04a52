import {parseNft} from '../../../src/model/packet-filter/nft.ts';
import {type Probe, simulate} from '../../../src/model/packet-filter/simulate.ts';

export const https: Probe = {protocol: 'tcp', port: 443, interface: 'eth0', address: '192.168.1.20'};

type Hooked = {hook?: string; prio?: number; policy?: string; family?: string; name?: string; dev?: string};
export const chain = ({family = 'inet', name = 'in', hook = 'input', ...more}: Hooked = {}) => ({
  chain: {family, table: 't', name, hook, prio: 0, ...more},
});
export const inner = (name: string) => ({chain: {family: 'inet', table: 't', name}});
export const rule = (expr: readonly object[], name = 'in', family = 'inet') => ({
  rule: {family, table: 't', chain: name, handle: 7, expr},
});
export const match = (left: object, right: unknown, op = '==') => ({match: {op, left, right}});
export const port = {payload: {protocol: 'tcp', field: 'dport'}};
export const state = {ct: {key: 'state'}};
export const iifname = {meta: {key: 'iifname'}};
export const source = {payload: {protocol: 'ip', field: 'saddr'}};
export const drop = {drop: null};
export const accept = {accept: null};
export const json = (...entries: readonly object[]) => JSON.stringify({nftables: [{metainfo: {}}, ...entries]});

export const send = (entries: readonly object[], probe: Probe = https) =>
  simulate({chains: parseNft(json(...entries), '') ?? []}, probe);
