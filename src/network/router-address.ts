import ipaddr from 'ipaddr.js';
import {exchangeUdp} from './udp-exchange.ts';

/** Where routers answer by NAT-PMP (RFC 6886). */
const natPmpPort = 5351;
const request = Buffer.from([0, 0]);
/** Most routers do not speak it, and the owner is waiting. */
const patience = 400;

/** Asks a router for its own address on the side of the internet; undefined when it does not tell. */
export async function askRouterAddress(
  gateway: string,
  signal: AbortSignal,
  port = natPmpPort,
): Promise<string | undefined> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  return exchangeUdp({to: {address: gateway, port}, request, read: readAnswer, signal: until}).catch(() => undefined);
}

/** Version, operation, result, seconds since the router's start, address. */
function readAnswer(packet: Buffer): string | undefined {
  const isAnswer = packet.length === 12 && packet.readUInt32BE(0) === 0x00_80_00_00;
  const address = isAnswer ? ipaddr.fromByteArray([...packet.subarray(8)]).toString() : '0.0.0.0';
  return address === '0.0.0.0' ? undefined : address;
}
