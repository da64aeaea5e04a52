import {expect, test} from 'vitest';
import {askNatPmp} from '../../../src/network/router/nat-pmp.ts';
import {type Reply, startStunServer} from '../stun-server.ts';

async function askRouter(reply: Reply) {
  const [address = '', port] = (await startStunServer(reply)).split(':');
  return askNatPmp(address, AbortSignal.timeout(900), Number(port));
}

const granted = (...bytes: readonly number[]) => Buffer.from([0, 128, 0, 0, 0, 0, 0, 9, ...bytes]);

test.each<[string, Buffer, {address: string; seconds: number} | undefined]>([
  ['its address', granted(100, 71, 4, 22), {address: '100.71.4.22', seconds: 9}],
  ['no address yet', granted(0, 0, 0, 0), undefined],
  ['a refusal', Buffer.from([0, 128, 0, 2, 0, 0, 0, 9, 1, 2, 3, 4]), undefined],
  ['a newer protocol', Buffer.from([2, 128, 0, 1, 0, 0, 0, 9, 1, 2, 3, 4]), undefined],
  ['half a packet', granted(100, 71), undefined],
])('a router answers with %s', async (_what, answer, expected) => {
  expect(await askRouter(request => (request.equals(Buffer.from([0, 0])) ? [answer] : []))).toEqual(expected);
});

test('a silent router is given up in time', async () => {
  const started = Date.now();
  expect(await askRouter(() => [])).toBeUndefined();
  expect(Date.now() - started).toBeLessThan(1500);
});
