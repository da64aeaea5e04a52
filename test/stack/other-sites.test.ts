import {once} from 'node:events';
import {createServer} from 'node:http';
import {describe, expect, test} from 'vitest';
import {compareAnswers, listEndpoints, probeSites} from '../../src/stack/other-sites.ts';

describe('foreign web sites', () => {
  const urls = (names: readonly string[], listens: readonly string[]) =>
    listEndpoints([{file: '/etc/nginx/sites-enabled/own', names, listens}]).map(
      ({name, address, port, isTls}) => `${isTls ? 'https' : 'http'}://${name}:${port} ${address}`,
    );

  test.each([
    [['own.example.org'], ['80'], ['http://own.example.org:80 127.0.0.1']],
    [
      ['own.example.org'],
      ['[::]:8443 ssl'],
      ['https://own.example.org:8443 ::1', 'https://own.example.org:443 127.0.0.1'],
    ],
    [['*.example.org'], ['127.0.0.1:8080'], ['http://www.example.org:8080 127.0.0.1']],
    [['_'], ['80 default_server'], ['http://127.0.0.1:80 127.0.0.1']],
    [[], ['10.0.0.1'], ['http://10.0.0.1:80 10.0.0.1']],
    [
      ['own.example.org'],
      ['192.168.1.20:443 ssl', '*:8080', '[2001:db8::1]'],
      [
        'https://own.example.org:443 192.168.1.20',
        'http://own.example.org:8080 127.0.0.1',
        'http://own.example.org:80 2001:db8::1',
        'https://own.example.org:443 127.0.0.1',
      ],
    ],
    [['~^w+$'], ['80'], []],
    [['$hostname', 'own.example.org'], ['80'], ['http://own.example.org:80 127.0.0.1']],
    [['own.example.org'], [], ['http://own.example.org:80 127.0.0.1']],
    [['own.example.org'], ['8080-8090'], ['http://own.example.org:8080 127.0.0.1']],
    [['own.example.org'], ['10.0.0.1:8080-8090'], ['http://own.example.org:8080 10.0.0.1']],
    [['own.example.org'], ['unix:/run/own.sock'], []],
  ])('%j at %j are probed at %j', (names, listens, expected) => {
    expect(urls(names, listens)).toEqual(expected);
  });

  test('that no longer answer as before are named', () => {
    const [first, second] = listEndpoints([{file: '', names: ['own.example.org'], listens: ['80', '8443 ssl']}]);
    if (!first || !second) throw new Error('two endpoints');
    const before = new Map([[first, 2]]);
    expect(
      compareAnswers(
        before,
        new Map([
          [first, 2],
          [second, 5],
        ]),
      ),
    ).toBeUndefined();
    expect(compareAnswers(before, new Map([[first, 3]]))).toMatchObject({code: 'site-broken'});
    expect(compareAnswers(before, new Map())?.summary).toContain('http://own.example.org/');
  });

  test('are asked at the address that they listen on, and named with it when they break', async () => {
    const server = createServer((_request, response) => response.end('mine')).listen(0, '127.0.0.2');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const listens = [`127.0.0.2:${port}`, `127.0.0.1:${port}`];
    const endpoints = listEndpoints([{file: '', names: ['own.example.org'], listens}]);
    const answers = await probeSites(endpoints, new AbortController().signal);
    expect([...answers].map(([endpoint, status]) => [endpoint.address, status])).toEqual([['127.0.0.2', 2]]);
    expect(compareAnswers(answers, new Map())?.summary).toContain(`http://own.example.org:${port}/ at 127.0.0.2`);
    server.close();
  });
});
