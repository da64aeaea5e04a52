import ipaddr from 'ipaddr.js';
import {
  type Grant,
  leaseSeconds,
  type RouterPlace,
  type RouterPort,
  RouterRefusal,
  routerPatience,
} from '../../model/router.ts';
import {exchangeUdp} from '../stun.ts';

/** NAT-PMP (RFC 6886). PCP uses the same port. */
export const natPmpPort = 5351;
const version = 0;
const operations = {udp: 1, tcp: 2} as const;
const answerBit = 0x80;

/** What a router says of itself: its address on the internet side, and for how many seconds it has known its forwards. */
export type RouterState = {readonly address: string; readonly seconds: number};

/** Asks a router for its own address; undefined if it does not speak NAT-PMP. */
export async function askNatPmp(
  gateway: string,
  signal: AbortSignal,
  port = natPmpPort,
): Promise<RouterState | undefined> {
  const exchange = {to: {address: gateway, port}, request: Buffer.from([version, 0]), read: readState, signal};
  return exchangeUdp(exchange).catch(() => undefined);
}

/** Reads an answer: version, operation, result, seconds since the start of the router, address. */
function readState(packet: Buffer): RouterState | undefined {
  const isAnswer = packet.length === 12 && packet.readUInt32BE(0) === 0x00_80_00_00;
  const address = isAnswer ? ipaddr.fromByteArray([...packet.subarray(8)]).toString() : '0.0.0.0';
  return address === '0.0.0.0' ? undefined : {address, seconds: packet.readUInt32BE(4)};
}

/** Asks for a forward. The router may grant another port, which is of no use: it is given back. */
export async function mapWithNatPmp(place: RouterPlace, wanted: RouterPort, signal: AbortSignal): Promise<Grant> {
  const {external, seconds} = await request(place, wanted, leaseSeconds, signal);
  if (external === wanted.port) return {by: 'nat-pmp', until: Date.now() + seconds * 1000};
  await unmapWithNatPmp(place, wanted, signal);
  throw new RouterRefusal('another device has this port', true);
}

/** Gives a forward back. */
export async function unmapWithNatPmp(place: RouterPlace, wanted: RouterPort, signal: AbortSignal): Promise<void> {
  await request(place, wanted, 0, signal);
}

async function request({gateway}: RouterPlace, {port, protocol}: RouterPort, lifetime: number, signal: AbortSignal) {
  const packet = Buffer.alloc(12);
  packet[1] = operations[protocol];
  packet.writeUInt16BE(port, 4);
  packet.writeUInt16BE(lifetime === 0 ? 0 : port, 6);
  packet.writeUInt32BE(lifetime, 8);
  const read = (answer: Buffer) => {
    if (answer.length < 4 || answer[0] !== version || answer[1] !== operations[protocol] + answerBit) return undefined;
    const result = answer.readUInt16BE(2);
    if (result !== 0) return {result, external: 0, seconds: 0};
    if (answer.length < 16 || answer.readUInt16BE(8) !== port) return undefined;
    return {result, external: answer.readUInt16BE(10), seconds: answer.readUInt32BE(12)};
  };
  const until = AbortSignal.any([signal, AbortSignal.timeout(routerPatience)]);
  const answer = await exchangeUdp({to: {address: gateway, port: natPmpPort}, request: packet, read, signal: until});
  if (answer.result !== 0) throw new RouterRefusal(results[answer.result] ?? `it answers ${answer.result}`);
  return answer;
}

const results: Readonly<Record<number, string>> = {
  2: 'it does not allow that',
  3: 'it has no address on the internet',
  4: 'it has no more room for forwards',
};
