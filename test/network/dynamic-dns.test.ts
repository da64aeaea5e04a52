import type {IncomingMessage} from 'node:http';
import {expect, test} from 'vitest';
import {Secret} from '../../src/model/secret.ts';
import {updateOverHttp} from '../../src/network/dynamic-dns.ts';
import {startHttpsServer} from './tls-server.ts';

test('a server that cannot prove its name gets neither the address nor the secret', async () => {
  const asked: IncomingMessage[] = [];
  const port = await startHttpsServer(server => server.on('request', request => void asked.push(request)));
  const update = updateOverHttp(
    {
      template: `https://127.0.0.1:${port}/nic/update?hostname={name}&myip={address}&token={secret}`,
      name: 'meet.example.org',
      address: '198.51.100.10',
      user: 'anna',
      secret: new Secret('a-password'),
    },
    AbortSignal.timeout(5000),
  );
  await expect(update).rejects.toThrow(/does not trust the certificate of 127\.0\.0\.1/);
  await expect(update).rejects.not.toThrow(/a-password/);
  expect(asked).toEqual([]);
});
