import {createSocket, type RemoteInfo} from 'node:dgram';
import {once} from 'node:events';
import {onTestFinished} from 'vitest';

/** The answers of a test server to a request; none if it stays silent. */
export type Reply = (request: Buffer, from: RemoteInfo, count: number) => readonly Buffer[];

/** Starts a STUN server on the loopback address of a family for one test and returns its `host:port`. */
export async function startStunServer(reply: Reply, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<string> {
  let count = 0;
  const socket = createSocket(host === '::1' ? 'udp6' : 'udp4', (request, from) => {
    count += 1;
    for (const answer of reply(request, from, count)) socket.send(answer, from.port, from.address);
  });
  onTestFinished(() => void socket.close());
  socket.bind(0, host);
  await once(socket, 'listening');
  return `${host}:${socket.address().port}`;
}

const cookie = Buffer.from('2112a442', 'hex');

/** An attribute of STUN, padded to four bytes. */
export function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** XOR-MAPPED-ADDRESS for an IPv4 address with port 4660. */
export function xorMapped(address: string): Buffer {
  const bytes = address.split('.').map((byte, index) => Number(byte) ^ (cookie[index] ?? 0));
  return attribute(0x0020, Buffer.from([0, 1, 0x12 ^ 0x21, 0x34 ^ 0x12, ...bytes]));
}

/** MAPPED-ADDRESS, as servers older than RFC 5389 send it. */
export function mapped(address: string): Buffer {
  return attribute(0x0001, Buffer.from([0, 1, 0x12, 0x34, ...address.split('.').map(Number)]));
}

/** A Binding success response. */
export function answerTo(transaction: Buffer, ...attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.from([0x01, 0x01, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, cookie, transaction, body]);
}

/** The transaction of a request. */
export function transactionOf(request: Buffer): Buffer {
  return request.subarray(8, 20);
}
