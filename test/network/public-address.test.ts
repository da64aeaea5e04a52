import {once} from 'node:events';
import {createServer, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {fetchPage} from '../../src/network/http.ts';
import {type Ask, askEchoService, findPublicAddress} from '../../src/network/public-address.ts';
import {askStun} from '../../src/network/stun.ts';
import {answerTo, startStunServer, transactionOf, xorMapped} from './stun-server.ts';

const signal = AbortSignal.timeout(20_000);

/** Answers for each source from a table. A source outside of the table never answers. */
function scripted(said: Readonly<Record<string, string>>): Ask {
  return async (source, until) => said[source] ?? pause(60_000, '', {signal: until});
}

function find(
  stun: Readonly<Record<string, string>>,
  web: Readonly<Record<string, string>>,
  {silent = [] as readonly string[], mute = [] as readonly string[], isToFollow = false} = {},
) {
  return findPublicAddress({
    stun: [...Object.keys(stun), ...silent],
    services: [...Object.keys(web), ...mute],
    signal,
    isToFollow,
    ask: {stun: scripted(stun), service: scripted(web)},
  });
}

describe('the sources that are believed', () => {
  test.each([
    ['two STUN servers', {'a:1': '198.51.100.7', 'b:1': '198.51.100.7'}, {}, 'a and b agree'],
    [
      'two of three, where one lies',
      {'a:1': '198.51.100.66', 'b:1': '198.51.100.7', 'c:1': '198.51.100.7'},
      {},
      'b and c agree',
    ],
    [
      'two web services where the STUN servers disagree',
      {'a:1': '198.51.100.66', 'b:1': '198.51.100.67'},
      {'https://x.example': '198.51.100.7', 'https://y.example': '198.51.100.7'},
      'x.example and y.example agree',
    ],
    ['one of each', {'a:1': '198.51.100.7'}, {'https://x.example': '198.51.100.7'}, 'a and x.example agree'],
  ])('%s', async (_who, stun, web, source) => {
    expect(await find(stun, web)).toEqual({value: '198.51.100.7', source});
  });

  test('STUN before the web services, which see the address of a proxy', async () => {
    const web = {'https://x.example': '198.51.100.9', 'https://y.example': '198.51.100.9'};
    expect((await find({'a:1': '198.51.100.7', 'b:1': '198.51.100.7'}, web)).value).toBe('198.51.100.7');
  });

  test('no single source, not even one that is configured twice', async () => {
    const fact = await findPublicAddress({
      stun: ['a:1', 'a:1'],
      services: [],
      signal,
      ask: {stun: scripted({'a:1': '198.51.100.7'}), service: scripted({})},
    });
    expect(fact).toEqual({
      value: undefined,
      source: 'STUN and HTTPS',
      reason: 'no two sources agree: a says 198.51.100.7',
    });
  });

  test.each(['10.0.0.1', '100.64.0.1', '127.0.0.1', '2001:db8::1', '<html>', '198.51.100.7; rm'])(
    'not %s',
    async said => {
      const fact = await find({'a:1': said, 'b:1': said}, {});
      expect(fact).toMatchObject({value: undefined, reason: expect.stringContaining('answers with no public address')});
    },
  );
});

describe('an address that is to be followed', () => {
  const [forged, right] = ['198.51.100.66', '198.51.100.7'];
  const agreed = (address: string) => ({'a:1': address, 'b:1': address});
  const [x, y] = ['https://x.example', 'https://y.example'];

  test.each([
    ['two STUN servers and one web service', agreed(right), {[x]: right}, 'a and b and x.example agree'],
    ['all', agreed(right), {[x]: right, [y]: right}, 'a and b and x.example and y.example agree'],
    ['one of each', {'a:1': right}, {[x]: right}, 'a and x.example agree'],
    ['web services alone', {}, {[x]: right, [y]: right}, 'x.example and y.example agree'],
    ['a page, which says nothing', agreed(right), {[x]: '<html>', [y]: right}, 'a and b and y.example agree'],
  ])('is named by %s', async (_who, stun, web, source) => {
    expect(await find(stun, web, {isToFollow: true})).toEqual({value: right, source});
  });

  test.each([
    ['STUN alone', agreed(forged), {}, [x, y], 'nobody confirms it over HTTPS (asked: x.example and y.example)'],
    ['STUN and no page with an address', agreed(forged), {[x]: '<html>'}, [], 'nobody confirms'],
    [
      'STUN against a web service',
      agreed(forged),
      {[x]: right},
      [],
      `can be forged, and x.example says ${right} over HTTPS`,
    ],
    ['STUN against one of two web services', agreed(forged), {[x]: forged, [y]: right}, [], `y.example says ${right}`],
    ['web services against STUN', agreed(right), {[x]: forged, [y]: forged}, [], `x.example says ${forged}`],
  ])('is not what %s says', async (_who, stun, web, mute, why) => {
    const fact = await find(stun, web, {mute, isToFollow: true});
    expect(fact).toMatchObject({value: undefined, reason: expect.stringContaining(why)});
    // For a mere look it is good enough.
    expect((await find(stun, web, {mute})).value).toBe(stun['a:1']);
  });
});

test('two sources that agree are enough; nothing waits for a silent third', async () => {
  const begin = performance.now();
  await find({'a:1': '198.51.100.7', 'b:1': '198.51.100.7'}, {}, {silent: ['c:1']});
  expect(performance.now() - begin).toBeLessThan(1000);
});

test('silence everywhere ends after three seconds, with the reason', async () => {
  const begin = performance.now();
  const fact = await find({}, {}, {silent: ['a:1', 'b:1']});
  expect(fact).toMatchObject({reason: 'no two sources agree: no answer from a, b'});
  expect(performance.now() - begin).toBeLessThan(4000);
});

test('servers on the wire: agreement and disagreement', async () => {
  const saying = (address: string) =>
    startStunServer(request => [answerTo(transactionOf(request), xorMapped(address))]);
  const [one, two, liar] = await Promise.all(['198.51.100.7', '198.51.100.7', '198.51.100.66'].map(saying));
  const ask = {stun: askStun, service: scripted({})};
  const servers = (stun: (string | undefined)[]) => stun.flatMap(server => server ?? []);
  const agreed = await findPublicAddress({stun: servers([one, two]), services: [], signal, ask});
  expect(agreed.value).toBe('198.51.100.7');
  const torn = await findPublicAddress({stun: servers([one, liar]), services: [], signal, ask});
  expect(torn).toMatchObject({value: undefined, reason: expect.stringContaining('198.51.100.66')});
});

describe('a web service', () => {
  const plain: typeof fetchPage = (url, options) => fetchPage(url, {...options, isLocal: true});

  async function askService(listener: RequestListener, signal = AbortSignal.timeout(5000)): Promise<string> {
    const server = createServer(listener);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo;
    return askEchoService(`http://127.0.0.1:${port}/`, signal, plain);
  }

  test('the answer is returned without its line end', async () => {
    expect(await askService((_request, response) => response.end('198.51.100.7\n'))).toBe('198.51.100.7');
  });

  test('a page instead of an address is refused', async () => {
    await expect(askService((_request, response) => response.end('<html>'.repeat(100_000)))).rejects.toThrow(
      'no address',
    );
  });

  test('an error page is no answer', async () => {
    await expect(askService((_request, response) => response.writeHead(503).end('198.51.100.7'))).rejects.toThrow(
      '503',
    );
  });

  test('stopping ends the wait for a silent service', async () => {
    const stop = new AbortController();
    await expect(askService(() => stop.abort(), stop.signal)).rejects.toThrow('aborted');
  });
});
