import {expect, test} from 'vitest';
import {askRouterAddress} from '../../src/network/router-address.ts';
import {type Reply, startStunServer} from './stun-server.ts';

const {signal} = new AbortController();

async function ask(reply: Reply): Promise<string | undefined> {
  const [address = '', port] = (await startStunServer(reply)).split(':');
  return askRouterAddress(address, signal, Number(port));
}

const told = (...bytes: readonly number[]) => Buffer.from([0, 128, 0, 0, 0, 0, 0, 9, ...bytes]);

test.each<[string, Buffer, string | undefined]>([
  ['its address', told(100, 71, 4, 22), '100.71.4.22'],
  ['that it has none yet', told(0, 0, 0, 0), undefined],
  ['that it is not allowed to', Buffer.from([0, 128, 0, 2, 0, 0, 0, 9, 1, 2, 3, 4]), undefined],
  ['that it speaks only the newer protocol', Buffer.from([2, 128, 0, 1, 0, 0, 0, 9, 1, 2, 3, 4]), undefined],
  ['half of it', told(100, 71), undefined],
])('a router tells %s', async (_what, answer, expected) => {
  expect(await ask(request => (request.equals(Buffer.from([0, 0])) ? [answer] : []))).toBe(expected);
});

test('a router that says nothing costs less than a second', async () => {
  const started = Date.now();
  expect(await ask(() => [])).toBeUndefined();
  expect(Date.now() - started).toBeLessThan(1000);
});
