import {expect, test} from 'vitest';
import {ask, guest, outside} from './lab.ts';

const curl = 'curl -sS --max-time 15';

/** Tests an installation as participants see it, from the internet and from the guest's own network. */
export function participants(): void {
  test('get the page over TLS with a certificate that they trust', async () => {
    expect(
      await outside(`${curl} -o /dev/null -w '%{http_code} %{ssl_verify_result}' https://meet.example.test/`),
    ).toBe('200 0');
    expect(await outside(`${curl} https://meet.example.test/config.js`)).toMatch(
      /config\.websocket = 'wss:\/\/meet\.example\.test\//,
    );
  });

  test('are redirected from http to https', async () => {
    const answer = await outside(
      `${curl} -o /dev/null -w '%{http_code} %{redirect_url}' http://meet.example.test/room`,
    );
    expect(answer).toBe('301 https://meet.example.test/room');
  });

  test('reach Prosody over BOSH', async () => {
    expect(await outside(`${curl} https://meet.example.test/http-bind`)).toMatch(/BOSH/i);
  });

  test('open the websocket', async () => {
    const headers = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: xmpp',
    ];
    const options = headers.map(header => `-H '${header}'`).join(' ');
    // The connection stays open, so curl is ended at the first byte.
    const answer = await outside(
      `file=$(mktemp); stdbuf --output=0 ${curl} --http1.1 -N -i ${options} https://meet.example.test/xmpp-websocket >$file & pid=$!
      for _ in $(seq 50); do [ -s $file ] && break; sleep 0.1; done; kill $pid; cat $file; rm $file`,
    );
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 101 Switching Protocols');
  });

  test('get the relay’s certificate for its name on 443, and trust it', async () => {
    const answer = await outside(
      'openssl s_client -connect turn.example.test:443 -servername turn.example.test -verify_return_error </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName',
    );
    expect(answer).toContain('DNS:turn.example.test');
  });

  test('learn their own address over STUN', async () => {
    expect(await outside('timeout 8 turnutils_stunclient 198.51.100.10')).toMatch(
      /reflexive addr: 198\.51\.100\.1:\d+/,
    );
  });

  test('allocate on the relay with the stack’s secret, and not with another', async () => {
    const secret = (await guest('sed -n s/^TURN_CREDENTIALS=//p /srv/jitsi/.env')).trim();
    expect(await allocate(secret)).toMatch(allocated);
    const refusal = await allocate('not-the-secret');
    expect(refusal).toContain('Cannot complete Allocation');
    expect(refusal).not.toMatch(allocated);
  });

  test('appear with their own address in nginx’s log, over IPv4 from outside and over IPv6 from the LAN', async () => {
    const mark = `from-${Date.now()}`;
    await outside(`${curl} -o /dev/null https://meet.example.test/${mark}-4`);
    await ask('lan', [
      'sh',
      '-c',
      `${curl} -o /dev/null --resolve 'meet.example.test:443:[fd00:77::10]' https://meet.example.test/${mark}-6`,
    ]);
    const log = await guest(`grep ${mark} /var/log/nginx/meet.example.test.access.log`);
    expect(log).toMatch(new RegExp(`^198\\.51\\.100\\.1 .*${mark}-4`, 'm'));
    expect(log).toMatch(new RegExp(`^fd00:77::20 .*${mark}-6`, 'm'));
  });
}

export const allocated = /allocate response received: \s+\d+: : success/;

/** Returns the output of turnutils_uclient; it sends no SNI, so socat does TLS for it. */
export async function allocate(secret: string): Promise<string> {
  const tunnel =
    'socat TCP-LISTEN:3479,bind=127.0.0.1,reuseaddr,fork OPENSSL:turn.example.test:443,snihost=turn.example.test';
  const client = `turnutils_uclient -t -v -n 1 -p 3479 -W ${secret} -e 127.0.0.1 127.0.0.1`;
  return outside(`timeout 12 ${tunnel} >/dev/null 2>&1 & tunnel=$!; sleep 0.5; timeout 8 ${client} 2>&1; kill $tunnel`);
}
