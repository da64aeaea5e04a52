import {randomBytes} from 'node:crypto';
import {Socket} from 'node:dgram';
import {type AddressInfo, createConnection, createServer} from 'node:net';
import {afterEach, describe, expect, test, vi} from 'vitest';
import {askStun} from '../../src/network/stun.ts';
import {
  attributeTypes,
  findAttribute,
  longTermKey,
  messageTypes,
  readBindingAnswer,
  readError,
  readMessage,
  writeBindingRequest,
  writeMessage,
} from '../../src/network/stun-message.ts';
import {answerStun, serveStun} from '../../src/network/trial/stun.ts';
import {type Door, serveWeb, type WebOptions, type WebRequest} from '../../src/network/trial/web.ts';

const from = {address: '198.51.100.7', port: 40_000};
const password = 'the-nonce';
const doors: Door[] = [];

afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

describe('an answerer for STUN', () => {
  const allocate = (signed?: {username: string; password: string}) => {
    const transaction = randomBytes(12);
    const realm = 'jitsi-onebox';
    const attributes = signed ? ([[attributeTypes.username, Buffer.from(signed.username)]] as const) : [];
    const key = signed && longTermKey({...signed, realm});
    const packet = writeMessage({type: messageTypes.allocateRequest, transaction, attributes, ...(key && {key})});
    const answer = answerStun(packet, from, password);
    const message = answer && readMessage(answer.packet);
    return {proven: answer?.proven, message, error: message && readError(message)};
  };

  test('says where a Binding request came from', () => {
    const transaction = randomBytes(12);
    const answer = answerStun(writeBindingRequest(transaction), from, password);
    expect(answer && readBindingAnswer(answer.packet, transaction)).toBe(from.address);
    expect(answer?.proven).toBeUndefined();
  });

  test('asks for credentials, and takes those of the page as a proof; it never gives an allocation', () => {
    const first = allocate();
    expect(first).toMatchObject({proven: undefined, error: 401});
    expect(first.message && String(findAttribute(first.message, attributeTypes.realm))).toBe('jitsi-onebox');
    expect(allocate({username: '3478/udp', password})).toMatchObject({proven: '3478/udp', error: 486});
    expect(allocate({username: '3478/udp', password: 'guessed'})).toMatchObject({proven: undefined, error: 401});
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', randomBytes(100)],
    ['an answer', writeMessage({type: messageTypes.bindingSuccess, transaction: randomBytes(12), attributes: []})],
    ['a refresh', writeMessage({type: messageTypes.refreshRequest, transaction: randomBytes(12), attributes: []})],
  ])('is silent about %s', (_name, packet) => {
    expect(answerStun(packet, from, password)).toBeUndefined();
  });

  test('answers a limited number of requests in a second', async () => {
    const port = await findFreePort();
    let requests = 0;
    doors.push(await serveStun({port, password, onRequest: () => (requests += 1), onProof: () => undefined}));
    const asked = Array.from({length: 60}, () => askStun(`127.0.0.1:${port}`, AbortSignal.timeout(600)));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({status}) => status === 'fulfilled').length).toBeGreaterThan(20);
    expect(requests).toBeLessThanOrEqual(40);
  });

  test('a port in use is an error with its code, and leaves no open socket', async () => {
    const port = await findFreePort();
    const options = {port, password, onRequest: () => undefined, onProof: () => undefined};
    doors.push(await serveStun(options));
    const close = vi.spyOn(Socket.prototype, 'close');
    await expect(serveStun(options)).rejects.toMatchObject({code: 'EADDRINUSE'});
    expect(close).toHaveBeenCalledOnce();
    close.mockRestore();
  });
});

describe('the page of a trial', () => {
  const base = `/${randomBytes(16).toString('base64url')}`;
  const serve = async (options: Partial<WebOptions> = {}) => {
    const port = await findFreePort();
    const asked: WebRequest[] = [];
    const answer = (request: WebRequest) => {
      asked.push(request);
      return request.path === '/gone' ? undefined : {status: 200, body: 'the page', headers: {'x-own': 'yes'}};
    };
    doors.push(await serveWeb({port}, {base, answer, ...options}));
    return {asked, port, get: (path: string, more?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, more)};
  };

  test('is there with the nonce only', async () => {
    const {asked, get} = await serve();
    const page = await get(base);
    expect([page.status, await page.text(), page.headers.get('x-own')]).toEqual([200, 'the page', 'yes']);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const others = [
      '/',
      '/index.html',
      base.slice(0, -1),
      `${base}x`,
      `${base.slice(0, -1)}?`,
      `/x${base}`,
      `${base}/gone`,
    ];
    for (const path of others) {
      const {status, headers} = await get(path);
      expect([path, status, headers.get('server')]).toEqual([path, 404, null]);
    }
    expect(asked.map(({path}) => path)).toEqual(['', '/gone']);
  });

  test('takes no body, and no large head', async () => {
    const {asked, get} = await serve();
    expect((await get(base, {method: 'POST', body: 'x'.repeat(100)})).status).toBe(404);
    const large = await get(base, {headers: {'x-large': 'x'.repeat(9000)}}).then(
      ({status}) => status,
      () => 'closed',
    );
    expect([431, 'closed']).toContain(large);
    expect(asked).toEqual([]);
  });

  test("ignores a header with the visitor's address, unless a proxy of this host is in front", async () => {
    const headers = {'x-real-ip': '198.51.100.7'};
    const direct = await serve();
    await direct.get(base, {headers});
    expect(direct.asked[0]?.from).toBe('127.0.0.1');
    const proxied = await serve({isBehindProxy: true});
    await proxied.get(base, {headers});
    expect(proxied.asked[0]?.from).toBe('198.51.100.7');
  });

  test('reports connections that say nothing, and closes at once', async () => {
    const seen: string[] = [];
    const {port} = await serve({onConnection: address => seen.push(address)});
    const silent = createConnection(port, '127.0.0.1');
    const closed = new Promise(resolve => silent.once('close', resolve));
    await new Promise(resolve => silent.once('connect', resolve));
    await expect.poll(() => seen).toEqual(['127.0.0.1']);
    await doors.splice(0)[0]?.close();
    await closed;
  });
});

/** Finds a port that is free for TCP, and most likely for UDP. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const {port} = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
