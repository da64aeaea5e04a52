import {randomBytes} from 'node:crypto';
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
import {natPmpPort} from './nat-pmp.ts';

/** PCP (RFC 6887), the successor of NAT-PMP. */
const version = 2;
const operations = {announce: 0, map: 1} as const;
const answerBit = 0x80;
const headerLength = 24;
const mapLength = 36;
const protocols = {tcp: 6, udp: 17} as const;
/** The option that forbids the router to grant another port. */
const preferFailure = Buffer.from([2, 0, 0, 0]);
const cannotProvide = 11;

/** Returns whether a router speaks PCP. */
export async function speaksPcp({gateway, localAddress}: RouterPlace, signal: AbortSignal): Promise<boolean> {
  const request = writeHeader(operations.announce, localAddress, 0);
  const read = (packet: Buffer) => (isAnswer(packet, operations.announce) && packet[3] === 0) || undefined;
  return exchangeUdp({to: {address: gateway, port: natPmpPort}, request, read, signal}).catch(() => false);
}

/** Asks for a forward, or for more time for one: the same nonce shows that it is ours. */
export async function mapWithPcp(
  place: RouterPlace,
  wanted: RouterPort,
  signal: AbortSignal,
  nonce = randomBytes(12).toString('hex'),
): Promise<Grant> {
  const {external, seconds} = await request(place, wanted, {lifetime: leaseSeconds, nonce}, signal);
  if (external === wanted.port) return {by: 'pcp', until: Date.now() + seconds * 1000, nonce};
  await unmapWithPcp(place, wanted, signal, nonce);
  throw new RouterRefusal('another device has this port', true);
}

/** Gives a forward back. */
export async function unmapWithPcp(
  place: RouterPlace,
  wanted: RouterPort,
  signal: AbortSignal,
  nonce: string,
): Promise<void> {
  await request(place, wanted, {lifetime: 0, nonce}, signal);
}

type Draft = {readonly lifetime: number; readonly nonce: string};

async function request(
  {gateway, localAddress}: RouterPlace,
  {port, protocol}: RouterPort,
  {lifetime, nonce}: Draft,
  signal: AbortSignal,
) {
  const body = Buffer.alloc(mapLength);
  Buffer.from(nonce, 'hex').copy(body, 0);
  body[12] = protocols[protocol];
  body.writeUInt16BE(port, 16);
  body.writeUInt16BE(lifetime === 0 ? 0 : port, 18);
  writeAddress('0.0.0.0').copy(body, 20);
  const options = lifetime === 0 ? [] : [preferFailure];
  const packet = Buffer.concat([writeHeader(operations.map, localAddress, lifetime), body, ...options]);
  const read = (answer: Buffer) => {
    const isOurs = isAnswer(answer, operations.map) && answer.length >= headerLength + mapLength;
    if (!isOurs || answer.subarray(headerLength, headerLength + 12).toString('hex') !== nonce) return undefined;
    return {result: answer[3] ?? 0, seconds: answer.readUInt32BE(4), external: answer.readUInt16BE(headerLength + 18)};
  };
  const until = AbortSignal.any([signal, AbortSignal.timeout(routerPatience)]);
  const answer = await exchangeUdp({to: {address: gateway, port: natPmpPort}, request: packet, read, signal: until});
  if (answer.result === cannotProvide) throw new RouterRefusal('another device has this port', true);
  if (answer.result !== 0) throw new RouterRefusal(results[answer.result] ?? `it answers ${answer.result}`);
  return answer;
}

function writeHeader(operation: number, localAddress: string, lifetime: number): Buffer {
  const header = Buffer.alloc(headerLength);
  header[0] = version;
  header[1] = operation;
  header.writeUInt32BE(lifetime, 4);
  writeAddress(localAddress).copy(header, 8);
  return header;
}

/** Writes an IPv4 address in the form of IPv6 that PCP wants. */
function writeAddress(address: string): Buffer {
  return Buffer.from(ipaddr.IPv4.parse(address).toIPv4MappedAddress().toByteArray());
}

function isAnswer(packet: Buffer, operation: number): boolean {
  return packet.length >= headerLength && packet[0] === version && packet[1] === operation + answerBit;
}

const results: Readonly<Record<number, string>> = {
  2: 'it does not allow that',
  8: 'it has no more room for forwards',
  12: 'it sees this host at another address',
};
