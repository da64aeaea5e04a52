import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createRedactor} from '../../src/model/redact.ts';

const redact = createRedactor({
  secrets: ['s3cret-of-ours', 'abc'],
  secretUrls: ['', 'https://hooks.example.com/services/T0/B0/xyz', 'https://dyn.example.org/nic?t=x&ip={address}'],
  ownAddresses: ['198.51.100.10'],
});

test.each([
  ['a secret of this host', 'login with s3cret-of-ours failed', 'login with ••• failed'],
  ['a password in a setting', 'JICOFO_AUTH_PASSWORD=x1 next', 'JICOFO_AUTH_PASSWORD=••• next'],
  ['a secret in JSON', '{"secret": "x1", "port": 3}', '{"secret": "•••", "port": 3}'],
  ['a header', 'Authorization: Basic dXNlcjpwdw==\nHost: a', 'Authorization: •••\nHost: a'],
  ['a password in a URL', 'http://user:pw@proxy.example:3128/', 'http://•••@proxy.example:3128/'],
  ['a token', 'jwt eyJhbGciOi.eyJhdWQi.c2ln end', 'jwt ••• end'],
  ['a private key', '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nx', '•••\nx'],
  ['half a private key', '-----BEGIN PRIVATE KEY-----\nMHc\n', '•••'],
  ['a person', 'contact admin@example.org', 'contact •••@example.org'],
  ['a room', 'left standup@muc.meet.jitsi', 'left •••@muc.meet.jitsi'],
  ['a room in a request', '"GET /standup?jwt=x HTTP/1.1"', '"GET /•••?jwt=x HTTP/1.1"'],
  ['a room below a tenant', '"GET /tenant/Standup HTTP/1.1"', '"GET /••• HTTP/1.1"'],
  ['a room with a dot', '"GET /my.room HTTP/1.1"', '"GET /••• HTTP/1.1"'],
  ['a room in letters of its own', '"GET /ründe~(1) HTTP/1.1"', '"GET /••• HTTP/1.1"'],
  ['a long room', `"GET /${'a'.repeat(300)} HTTP/1.1"`, '"GET /••• HTTP/1.1"'],
  ['a hook', 'url: https://hooks.example.com/services/T0/B0/xyz', 'url: https://hooks.example.com/•••'],
  ['a former hook in JSON', '"https://hooks.example.com/old\\nat"', '"https://hooks.example.com/•••\\nat"'],
  ['a hook that was used', '(https://dyn.example.org/nic?t=x&ip=10.0.0.1)', '(https://dyn.example.org/•••'],
  ['the room of a websocket', '"GET /xmpp-websocket?room=standup HTTP/1.1"', '"GET /xmpp-websocket?room=••• HTTP/1.1"'],
  [
    'a page before',
    'HTTP/1.1" 200 16 "https://meet.example.org/Standup" "-"',
    'HTTP/1.1" 200 16 "https://meet.example.org/•••" "-"',
  ],
  ['a header of nginx', 'proxy_set_header X-Api-Key abc;', 'proxy_set_header X-Api-Key •••;'],
  ['a variable of nginx', 'set $secret_key "abc";', 'set $secret_key "•••";'],
  ['a participant', 'from 198.51.100.77:4711 to 198.51.100.10', 'from address-1:4711 to 198.51.100.10'],
  ['a participant with IPv6', 'from 2001:470::7 port 3', 'from address-2 port 3'],
  ['the same participant', '198.51.100.77 again', 'address-1 again'],
])('%s is removed', (_, text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test.each([
  'focus@auth.meet.jitsi/focus joined',
  'proxy_set_header Host $host;',
  'token=false, "password": null',
  '"GET /xmpp-websocket HTTP/1.1"',
  '"GET /libs/app.bundle.min.js?v=1 HTTP/1.1"',
  '"GET /config.js HTTP/1.1"',
  'https://hooks.example.com.example.org/a and https://hooks.example.com',
  'denied: ::ffff:127.0.0.1 and ::ffff:10.0.0.1',
  '192.168.77.10 and 172.28.0.1 and fe80::1 and ::1',
  '2026-11-29T12:30:45.123Z took 10:30:45',
  'docker-compose 2.26.1-4',
  'abc is too short to be looked for',
])('%j stays', text => {
  expect(redact(text)).toBe(text);
});

describe('any text', () => {
  test('loses every secret, however they overlap', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=_-]{6,40}$/);
    fc.assert(
      fc.property(
        fc.array(secret, {minLength: 1, maxLength: 4}),
        fc.string(),
        fc.string(),
        (secrets, before, after) => {
          const text = createRedactor({secrets, secretUrls: [], ownAddresses: []})(
            secrets.map(each => before + each + after).join('\n'),
          );
          expect(secrets.filter(each => text.includes(each))).toEqual([]);
        },
      ),
    );
  });

  test.each([
    'password',
    'eyJa',
    '-----BEGIN ',
    '://a:',
    'a@',
    '1.',
    'a:',
    'authorization: ',
    '"GET /',
    'https://hooks.example.com/',
    ' ',
  ])('takes little time, also with 100 kB of %j', piece => {
    const text = piece.repeat(100_000 / piece.length);
    const start = performance.now();
    redact(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
