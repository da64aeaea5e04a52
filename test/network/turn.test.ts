import {randomBytes} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {
  attributeTypes,
  findAttribute,
  isSignedWith,
  lengthOf,
  longTermKey,
  messageTypes,
  readMessage,
  type StunDraft,
  type StunMessage,
  writeMessage,
  writeXorAddress,
} from '../../src/network/stun-message.ts';
import {allocate} from '../../src/network/turn.ts';
import {startTlsServer} from './tls-server.ts';

const user = {username: '1795432056', password: 'made by prosody'};
const key = longTermKey({...user, realm: 'turn.example.org'});
const {signal} = new AbortController();

type Relay = {readonly port: number; readonly seen: number[]; stale: number};

/** Starts a relay that asks for credentials, permits 10.0.0.5 only, and has an echo service as a peer. */
async function startRelay(chunks = (packet: Buffer) => [packet]): Promise<Relay> {
  const relay = {port: 0, seen: [] as number[], stale: 0};
  relay.port = await startTlsServer(socket =>
    socket.on('data', bytes => {
      for (const request of split(bytes)) {
        relay.seen.push(request.type);
        for (const chunk of chunks(answer(relay, request))) socket.write(chunk);
      }
    }),
  );
  return relay;
}

function split(bytes: Buffer): StunMessage[] {
  const length = lengthOf(bytes);
  const message = length === undefined ? undefined : readMessage(bytes.subarray(0, length));
  return message ? [message, ...split(bytes.subarray(length))] : [];
}

function answer(relay: Relay, request: StunMessage): Buffer {
  const reply = (bits: number, attributes: StunDraft['attributes']) =>
    writeMessage({type: request.type | bits, transaction: request.transaction, attributes});
  const error = (code: number, ...more: StunDraft['attributes']) =>
    reply(0x0110, [[attributeTypes.errorCode, Buffer.from([0, 0, Math.floor(code / 100), code % 100])], ...more]);
  const challenge = [
    [attributeTypes.realm, Buffer.from('turn.example.org')],
    [attributeTypes.nonce, randomBytes(8)],
  ] as const;
  if (request.type === messageTypes.sendIndication) {
    const data = findAttribute(request, attributeTypes.data) ?? Buffer.alloc(0);
    const {transaction} = request;
    // What is sent to another port comes back from there.
    const from = findAttribute(request, attributeTypes.peerAddress) ?? Buffer.alloc(0);
    const attributes = [
      [attributeTypes.peerAddress, from],
      [attributeTypes.data, data],
    ] as const;
    return writeMessage({type: messageTypes.dataIndication, transaction, attributes});
  }
  if (!isSignedWith(request, key)) return error(401, ...challenge);
  if (request.type === messageTypes.allocateRequest) {
    const relayed = writeXorAddress({address: '198.51.100.10', port: 50_000}, request.transaction);
    return reply(0x0100, [[attributeTypes.relayedAddress, relayed]]);
  }
  if (relay.stale > 0) {
    relay.stale -= 1;
    return error(438, ...challenge);
  }
  const bridge = writeXorAddress({address: '10.0.0.5', port: 0}, request.transaction);
  const peer = findAttribute(request, attributeTypes.peerAddress);
  return peer === undefined || peer.equals(bridge) ? reply(0x0100, []) : error(403);
}

const take = (relay: Relay, credentials = user) =>
  allocate({...credentials, name: 'turn.example.org', address: '127.0.0.1', port: relay.port, family: 4}, signal);

describe('an allocation', () => {
  test('is accepted for valid credentials, at the second request', async () => {
    const relay = await startRelay();
    const {relayed, release} = await take(relay);
    expect(relayed).toEqual({address: '198.51.100.10', port: 50_000});
    expect(relay.seen).toEqual([3, 3]);
    await release();
    expect(relay.seen).toEqual([3, 3, 4]);
  });

  test('is refused for wrong ones, after two requests', async () => {
    const relay = await startRelay();
    await expect(take(relay, {...user, password: 'guessed'})).rejects.toMatchObject({name: 'TurnRefusal', code: 401});
    expect(relay.seen).toEqual([3, 3]);
  });

  test('permits with 0, and denies with an error code', async () => {
    const {permit, release} = await take(await startRelay());
    expect(await Promise.all(['10.0.0.5', '127.0.0.1', '::ffff:10.0.0.5', 'fe80::1'].map(permit))).toEqual([
      0, 403, 403, 403,
    ]);
    await release();
  });

  test('continues with a new nonce when the old one is stale', async () => {
    const relay = await startRelay();
    const {permit, release} = await take(relay);
    relay.stale = 1;
    expect(await permit('10.0.0.5')).toBe(0);
    await release();
  });

  test.each([
    ['whole', (packet: Buffer) => [packet]],
    ['byte by byte', (packet: Buffer) => [...packet].map(byte => Buffer.from([byte]))],
    [
      'behind another message',
      (packet: Buffer) => [
        Buffer.concat([writeMessage({type: 0x0017, transaction: randomBytes(12), attributes: []}), packet]),
      ],
    ],
  ])('passes packets to the bridge and back, %s', async (_how, chunks) => {
    const {exchange, release} = await take(await startRelay(chunks));
    const packet = randomBytes(99);
    await exchange({address: '10.0.0.5', port: 10_000}, packet, back => (back.equals(packet) ? true : undefined));
    await release();
  });

  test('has a path to the bridge, which takes nothing from elsewhere and ends with the allocation', async () => {
    const {openPath, exchange, release} = await take(await startRelay());
    const path = openPath({address: '10.0.0.5', port: 10_000});
    const heard: string[] = [];
    path.listen(packet => void heard.push(packet.toString()));
    path.send(Buffer.from('one'));
    await exchange({address: '10.0.0.5', port: 9}, Buffer.from('stranger'), () => true);
    path.send(Buffer.from('two'));
    await expect.poll(() => heard).toEqual(['one', 'two']);
    await release();
    path.send(Buffer.from('three'));
    expect(heard).toEqual(['one', 'two']);
  });
});

test('a relay that never answers leaves no connection open', async () => {
  const closed = Promise.withResolvers<void>();
  const port = await startTlsServer(socket => socket.on('close', () => closed.resolve()).resume());
  const target = {...user, name: 'turn.example.org', address: '127.0.0.1', port, family: 4} as const;
  await expect(allocate(target, AbortSignal.timeout(200))).rejects.toThrow('the relay closed the connection');
  await closed.promise;
});
