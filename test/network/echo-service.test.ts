import {once} from 'node:events';
import {createServer, get, type RequestListener} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {askEchoService} from '../../src/network/echo-service.ts';

async function ask(listener: RequestListener, signal = AbortSignal.timeout(5000)): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  return askEchoService(`http://127.0.0.1:${port}/`, signal, get);
}

test('the answer is told without the line end', async () => {
  expect(await ask((_request, response) => response.end('198.51.100.7\n'))).toBe('198.51.100.7');
});

test('a page instead of an address is not read to its end', async () => {
  await expect(ask((_request, response) => response.end('<html>'.repeat(100_000)))).rejects.toThrow('no address');
});

test('an error page is no answer', async () => {
  await expect(ask((_request, response) => response.writeHead(503).end('198.51.100.7'))).rejects.toThrow('503');
});

test('stopping ends the wait for a silent service', async () => {
  const stop = new AbortController();
  await expect(ask(() => stop.abort(), stop.signal)).rejects.toThrow('aborted');
});
