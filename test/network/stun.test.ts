import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {expect, test} from 'vitest';
import {askStun} from '../../src/network/stun.ts';
import {answerTo, startStunServer, transactionOf, xorMapped} from './stun-server.ts';

const here = xorMapped('198.51.100.7');

test('the address in the answer is told', async () => {
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

test('an answer to somebody else is passed over for the right one', async () => {
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

test('a port where nobody listens is found out at once', async () => {
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
