import {describe, expect, test} from 'vitest';
import {compareAnswers, listEndpoints} from '../../src/stack/other-sites.ts';

describe('foreign web sites', () => {
  const urls = (names: readonly string[], listens: readonly string[]) =>
    listEndpoints([{file: '/etc/nginx/sites-enabled/own', names, listens}], '127.0.0.1').map(
      ({name, port, isTls}) => `${isTls ? 'https' : 'http'}://${name}:${port}`,
    );

  test.each([
    [['own.example.org'], ['80'], ['http://own.example.org:80']],
    [['own.example.org'], ['[::]:8443 ssl'], ['https://own.example.org:8443', 'https://own.example.org:443']],
    [['*.example.org'], ['127.0.0.1:8080'], ['http://www.example.org:8080']],
    [['_'], ['80 default_server'], ['http://127.0.0.1:80']],
    [[], ['10.0.0.1'], ['http://127.0.0.1:80']],
    [['~^w+$'], ['80'], []],
    [['own.example.org'], ['unix:/run/own.sock'], []],
  ])('%j at %j are probed at %j', (names, listens, expected) => {
    expect(urls(names, listens)).toEqual(expected);
  });

  test('that no longer answer as before are named', () => {
    const [first, second] = listEndpoints([{file: '', names: ['own.example.org'], listens: ['80', '8443 ssl']}], '');
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
});
