import {randomBytes} from 'node:crypto';
import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {askStun, checkDirectly} from '../../src/network/stun.ts';
import {
  attributeTypes,
  findAttribute,
  isSignedWith,
  messageTypes,
  readMessage,
  writeMessage,
  writeXorAddress,
} from '../../src/network/stun-message.ts';
import {answerTo, startStunServer, transactionOf, xorMapped} from './stun-server.ts';

const here = xorMapped('198.51.100.7');

test('the address in the answer is returned', async () => {
  const server = await startStunServer(request => [answerTo(transactionOf(request), here)]);
  expect(await askStun(server, AbortSignal.timeout(5000))).toBe('198.51.100.7');
});

test('a lost request is sent again, under the same transaction', async () => {
  const seen: string[] = [];
  const server = await startStunServer((request, _from, count) => {
    seen.push(transactionOf(request).toString('hex'));
    return count < 2 ? [] : [answerTo(transactionOf(request), here)];
  });
  expect(await askStun(server, AbortSignal.timeout(5000))).toBe('198.51.100.7');
  expect(seen).toEqual([seen[0], seen[0]]);
});

test('an answer to another request is skipped', async () => {
  const foreign = answerTo(Buffer.alloc(12, 1), xorMapped('198.51.100.66'));
  const server = await startStunServer(request => [foreign, answerTo(transactionOf(request), here)]);
  expect(await askStun(server, AbortSignal.timeout(5000))).toBe('198.51.100.7');
});

test('only wrong answers, and silence, end in "no answer" after some tries', async () => {
  let count = 0;
  const server = await startStunServer(() => {
    count += 1;
    return [answerTo(Buffer.alloc(12, 1), here)];
  });
  await expect(askStun(server, AbortSignal.timeout(5000))).rejects.toThrow('no answer');
  expect(count).toBe(3);
});

test('a closed port is noticed at once', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const {port} = socket.address();
  await new Promise<void>(resolve => void socket.close(resolve));
  const begin = performance.now();
  await expect(askStun(`127.0.0.1:${port}`, AbortSignal.timeout(5000))).rejects.toThrow('ECONNREFUSED');
  expect(performance.now() - begin).toBeLessThan(1000);
});

test('stopping ends the wait', async () => {
  const stop = new AbortController();
  const server = await startStunServer(() => {
    stop.abort();
    return [];
  });
  await expect(askStun(server, stop.signal)).rejects.toThrow('aborted');
});

const ufrag = 'a1b2c3';
const password = 'the password of this very participant';

/** Starts a bridge that is silent without the password, like the real one. */
function startBridge(key = password): Promise<string> {
  return startStunServer((packet, from) => {
    const request = readMessage(packet);
    const name = request && findAttribute(request, attributeTypes.username)?.toString().split(':')[0];
    if (!request || name !== ufrag || !isSignedWith(request, password)) return [];
    if (!findAttribute(request, attributeTypes.priority)) return [];
    const mapped = writeXorAddress({address: from.address, port: from.port}, request.transaction);
    const attributes = [[attributeTypes.xorMappedAddress, mapped]] as const;
    return [writeMessage({type: messageTypes.bindingSuccess, transaction: request.transaction, attributes, key})];
  });
}

const check = async (server: string, credentials = {ufrag, password}) => {
  const [address = '', port] = server.split(':');
  await checkDirectly({...credentials, to: {address, port: Number(port)}}, AbortSignal.timeout(400));
};

test('a connectivity check with the credentials of the bridge is answered', async () => {
  await check(await startBridge());
});

test.each([
  ['an unknown ufrag', {ufrag: 'nobody', password}],
  ['a wrong password', {ufrag, password: 'guessed'}],
])('a check with %s is not', async (_what, credentials) => {
  await expect(check(await startBridge(), credentials)).rejects.toThrow();
});

test('an answer that is signed with another password does not count', async () => {
  await expect(check(await startBridge(randomBytes(8).toString('hex')))).rejects.toThrow();
});
