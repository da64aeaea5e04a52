import {describe, expect, test} from 'vitest';
import type {fetchPage, HttpAnswer} from '../../src/network/http.ts';
import {readLayers} from '../../src/network/registry.ts';

const layers = [{digest: 'sha256:one', size: 7}];
const page = (status: number, body = '', headers: HttpAnswer['headers'] = {}) => ({status, headers, body});
const json = (value: object) => page(200, JSON.stringify(value));
const later = () => new AbortController().signal;

/** Answers as a registry that has the given pages, and notes who asked for what. */
function open(pages: Readonly<Record<string, () => HttpAnswer>>) {
  const asked: string[] = [];
  const ask: typeof fetchPage = async (url, {headers}) => {
    const key = headers?.authorization ? `${url} ${headers.authorization}` : url;
    asked.push(key);
    return pages[key]?.() ?? page(404);
  };
  return {ask, asked, architecture: 'amd64'};
}

test.each([
  ['ghcr.io/jitsi/web:stable-11248', 'https://ghcr.io/v2/jitsi/web/manifests/stable-11248'],
  ['coturn/coturn:4.7', 'https://registry-1.docker.io/v2/coturn/coturn/manifests/4.7'],
  ['docker.io/coturn/coturn', 'https://registry-1.docker.io/v2/coturn/coturn/manifests/latest'],
  ['debian', 'https://registry-1.docker.io/v2/library/debian/manifests/latest'],
  ['localhost:5000/web@sha256:abc', 'https://localhost:5000/v2/web/manifests/sha256:abc'],
])('%s is asked for at its registry', async (image, url) => {
  expect(await readLayers(image, later(), open({[url]: () => json({layers})}))).toEqual(layers);
});

describe('a registry', () => {
  const url = 'https://ghcr.io/v2/jitsi/web/manifests/1';
  const challenge = (realm: string) => () =>
    page(401, '', {'www-authenticate': `Bearer realm="${realm}",service="ghcr.io",scope="repository:jitsi/web:pull"`});

  test('gives a token to readers without an account', async () => {
    const registry = open({
      [url]: challenge('https://ghcr.io/token'),
      'https://ghcr.io/token?service=ghcr.io&scope=repository%3Ajitsi%2Fweb%3Apull': () => json({token: 'abc'}),
      [`${url} Bearer abc`]: () => json({layers}),
    });
    expect(await readLayers('ghcr.io/jitsi/web:1', later(), registry)).toEqual(layers);
  });

  test('gives a token to the owner of an account, or takes its name and password', async () => {
    const login = {username: 'anna', password: 's:cret'};
    const basic = `Basic ${Buffer.from('anna:s:cret').toString('base64')}`;
    const withToken = open({
      [url]: challenge('https://ghcr.io/token'),
      [`https://ghcr.io/token?service=ghcr.io&scope=repository%3Ajitsi%2Fweb%3Apull ${basic}`]: () =>
        json({token: 'abc'}),
      [`${url} Bearer abc`]: () => json({layers}),
    });
    expect(await readLayers('ghcr.io/jitsi/web:1', later(), {...withToken, login})).toEqual(layers);
    const plain = open({
      [url]: () => page(401, '', {'www-authenticate': 'Basic realm="r"'}),
      [`${url} ${basic}`]: () => json({layers}),
    });
    expect(await readLayers('ghcr.io/jitsi/web:1', later(), {...plain, login})).toEqual(layers);
    await expect(readLayers('ghcr.io/jitsi/web:1', later(), plain)).rejects.toThrow('wants a login');
  });

  test.each(['http://ghcr.io/token', 'file:///etc/passwd', ''])('is not followed to %s for a token', async realm => {
    const registry = open({[url]: challenge(realm)});
    await expect(readLayers('ghcr.io/jitsi/web:1', later(), registry)).rejects.toThrow('wants a login');
    expect(registry.asked).toEqual([url]);
  });

  test('has an index with an image for each architecture', async () => {
    const platform = (architecture: string) => ({
      platform: {os: 'linux', architecture},
      digest: `sha256:${architecture}`,
    });
    const registry = open({
      [url]: () => json({manifests: [platform('arm64'), platform('amd64')]}),
      'https://ghcr.io/v2/jitsi/web/manifests/sha256:amd64': () => json({layers}),
    });
    expect(await readLayers('ghcr.io/jitsi/web:1', later(), registry)).toEqual(layers);
    await expect(readLayers('ghcr.io/jitsi/web:1', later(), {...registry, architecture: 's390x'})).rejects.toThrow(
      'no layers for s390x',
    );
  });

  test.each([
    ['what is missing', () => page(404)],
    ['what is no manifest', () => json({layers: [{digest: 1}]})],
    ['what is no JSON', () => page(200, '<html>')],
  ])('that answers %s is an error', async (_what, answer) => {
    await expect(readLayers('ghcr.io/jitsi/web:1', later(), open({[url]: answer}))).rejects.toThrow();
  });
});
