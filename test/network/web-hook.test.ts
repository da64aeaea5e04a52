import {createServer} from 'node:http';
import {expect, test} from 'vitest';
import {postJson} from '../../src/network/web-hook.ts';
import {listen, startHttpsServer} from './tls-server.ts';

test('a message is posted with its header', async () => {
  const seen: unknown[] = [];
  const port = await listen(
    createServer((request, answer) => {
      request.setEncoding('utf8').on('data', body => seen.push([request.method, request.url, request.headers, body]));
      request.on('end', () => answer.writeHead(204).end());
    }),
  );
  const hook = {url: `http://127.0.0.1:${port}/hooks/meet`, header: ['Authorization', 'Bearer abc']} as const;
  expect(await postJson(hook, '{"v":1}')).toBe(204);
  expect(seen).toMatchObject([
    ['POST', '/hooks/meet', {authorization: 'Bearer abc', 'content-type': 'application/json'}, '{"v":1}'],
  ]);
});

test.each([
  [404, 'no such hook', 'the server answered 404: no such hook'],
  [302, '', 'the server answered 302'],
])('the answer %s is a failure', async (status, body, said) => {
  const port = await listen(
    createServer((_request, answer) => answer.writeHead(status, {location: 'http://127.0.0.1:1/'}).end(body)),
  );
  await expect(postJson({url: `http://127.0.0.1:${port}/`}, '{}')).rejects.toThrow(said);
});

test('a certificate that this machine does not trust is refused', async () => {
  const port = await startHttpsServer(server => server.on('request', (_request, answer) => answer.end()));
  await expect(postJson({url: `https://127.0.0.1:${port}/`}, '{}')).rejects.toThrow(/certificate/);
});
