import * as v from 'valibot';
import type {DeepReadonly} from '../fact-entry.ts';
import {contains} from './contains.ts';

/** A condition of a rule on one field; `not` turns it around, `mask` has the bits that count. What is not understood is kept as text. */
const condition = v.union([
  v.object({
    field: v.string(),
    in: v.array(v.string()),
    not: v.exactOptional(v.literal(true)),
    mask: v.exactOptional(v.number()),
  }),
  v.object({unknown: v.string()}),
]);

/** What a rule notes about a packet; `value` is absent where it is not known, `mask` has the bits that change. */
const note = v.object({
  field: v.picklist(['mark', 'ctmark', 'tracking']),
  value: v.exactOptional(v.number()),
  mask: v.exactOptional(v.number()),
});

const rule = v.object({
  /** As its program shows it. */
  text: v.string(),
  /** The handle of nft, or the number of the rule in its chain of iptables. */
  number: v.number(),
  if: v.array(condition),
  /** `divert`: to another address or port; `mark`: something is noted about the packet; `unknown`: what happens cannot be told. */
  verdict: v.picklist(['accept', 'drop', 'return', 'jump', 'goto', 'divert', 'mark', 'unknown']),
  /** The chain of a jump. */
  to: v.exactOptional(v.string()),
  note: v.exactOptional(note),
});

const hook = v.picklist(['ingress', 'prerouting', 'input', 'forward']);

const chain = v.object({
  program: v.picklist(['nft', 'iptables-nft', 'iptables-legacy']),
  family: v.picklist(['ip', 'inet', 'netdev', 'bridge']),
  table: v.string(),
  name: v.string(),
  /** Where packets enter a base chain; the other chains are reached by jumps. */
  hook: v.exactOptional(hook),
  priority: v.exactOptional(v.number()),
  policy: v.exactOptional(v.picklist(['accept', 'drop'])),
  /** The interfaces of a chain for ingress. */
  devices: v.exactOptional(v.array(v.string())),
  rules: v.array(rule),
});

/** The chains that IPv4 packets from outside can meet. */
export const packetFilter = v.object({
  chains: v.array(chain),
  /** The kind of iptables that Docker uses. */
  iptables: v.exactOptional(v.picklist(['iptables-nft', 'iptables-legacy'])),
  /** Why a part of the rules could not be read. */
  unread: v.exactOptional(v.string()),
});

export type Condition = DeepReadonly<v.InferOutput<typeof condition>>;
export type Note = DeepReadonly<v.InferOutput<typeof note>>;
export type Rule = DeepReadonly<v.InferOutput<typeof rule>>;
export type Chain = DeepReadonly<v.InferOutput<typeof chain>>;
export type Hook = v.InferOutput<typeof hook>;
export type PacketFilter = DeepReadonly<v.InferOutput<typeof packetFilter>>;

/** Participants' addresses to try: of networks far from each other, that nobody has a reason to block. */
export const samples = ['91.65.23.45', '24.18.34.56', '49.207.45.67', '187.32.54.76'] as const;

/** Keeps a long list short: of more than 1000 values, those that decide about a sample. */
export function shorten(values: string[] | undefined): {
  readonly values: string[] | undefined;
  readonly isCut: boolean;
} {
  if (values === undefined || values.length <= 1000) return {values, isCut: false};
  return {values: values.filter(range => samples.some(address => contains(range, address))), isCut: true};
}

/** How many more routers a participant's packet could pass. */
export const usualTtl = 52;
