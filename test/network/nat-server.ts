import {createSocket, type RemoteInfo, type Socket} from 'node:dgram';
import {once} from 'node:events';
import {onTestFinished} from 'vitest';
import {attribute, xorMapped} from './stun-server.ts';

/** What a NAT in front of a client would do, as a server behind it sees it. */
export type Nat = {
  /** Returns the port outside for a client's port towards a server (0 to 3: address and port of the pair). */
  readonly mapPort: (port: number, server: number) => number;
  /** Whether answers from the other address, and from the other port, get in. */
  readonly passes: readonly ('other-address' | 'other-port')[];
  /** The largest IP packet that reaches the servers, or that each of them takes. */
  readonly mtu?: number | readonly [number, number];
  /** Whether the server knows nothing of RFC 5780. */
  readonly isPlain?: boolean;
  /** Whether it answers from its own address, whatever it is asked; it names another one, or its own with another port. */
  readonly poses?: 'as another' | 'with another port';
};

/** Starts a pair of STUN servers, at two addresses with two ports each, behind a NAT; returns the first address of each. */
export async function startNatServers(nat: Nat): Promise<readonly [string, string]> {
  const first = await bind('127.0.0.1', 0);
  const primary = first.address().port;
  const second = await bind('127.0.0.1', 0);
  const other = second.address().port;
  const sockets = [first, second, await bind('127.0.0.2', primary), await bind('127.0.0.2', other)];
  for (const [index, socket] of sockets.entries())
    socket.on('message', (request, from) => answer({nat, sockets, index, other}, request, from));
  return [`127.0.0.1:${primary}`, `127.0.0.2:${primary}`];
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}

type Pair = {readonly nat: Nat; readonly sockets: readonly Socket[]; readonly index: number; readonly other: number};

function answer({nat, sockets, index, other}: Pair, request: Buffer, from: RemoteInfo): void {
  if (request.length + 28 > limitOf(nat, index)) return;
  const change = nat.isPlain ? 0 : readChange(request);
  const by = change === 6 ? 'other-address' : change === 2 ? 'other-port' : undefined;
  if (by && !nat.passes.includes(by)) return;
  const step = change === 6 ? 3 : change === 2 ? 1 : 0;
  const sender = sockets[index ^ (nat.poses ? step & 1 : step)];
  const named = index < 2 === (nat.poses === 'with another port') ? 1 : 2;
  const body = Buffer.concat([
    withPort(xorMapped('198.51.100.7'), nat.mapPort(from.port, index)),
    ...(nat.isPlain ? [] : [attribute(0x802c, Buffer.from([0, 1, other >> 8, other & 255, 127, 0, 0, named]))]),
  ]);
  const head = Buffer.from([1, 1, body.length >> 8, body.length & 255]);
  sender?.send(Buffer.concat([head, request.subarray(4, 20), body]), from.port, from.address);
}

function limitOf({mtu = 9000}: Nat, index: number): number {
  return typeof mtu === 'number' ? mtu : (mtu[index >> 1] ?? 0);
}

function readChange(request: Buffer): number {
  const at = request.indexOf(Buffer.from([0, 3, 0, 4]), 20);
  return at < 0 ? 0 : (request[at + 7] ?? 0);
}

function withPort(mapped: Buffer, port: number): Buffer {
  const copy = Buffer.from(mapped);
  copy.writeUInt16BE(port ^ 0x2112, 6);
  return copy;
}
