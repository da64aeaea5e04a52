import {expect, test} from 'vitest';
import {adviseOnAuthority} from '../../src/resources/authority-errors.ts';

test.each([
  ['urn:ietf:params:acme:error:rateLimited :: too many certificates already issued', 'limits requests'],
  ['Timeout during connect (likely firewall problem)', 'Let TCP port 80 in'],
  ['Type: connection\n Detail: 198.51.100.7: Fetching http://x/: Connection refused', 'packet filter of this host'],
  ['Type: unauthorized\n Detail: 198.51.100.7: Invalid response from http://x/: 404', 'A web server answered'],
  [
    'Type: unauthorized\n Detail: 198.51.100.7: Invalid response from https://www.x/: 404',
    'redirects everybody to HTTPS',
  ],
  [
    'Type: tls\n Detail: 198.51.100.7: Fetching https://x/: remote error: tls: handshake failure',
    'redirects everybody',
  ],
  ['acme:error:unauthorized :: Account is not valid, has status "deactivated"', 'acme.account'],
  ['acme:error:externalAccountRequired :: x', '--eab-kid'],
  ['acme:error:userActionRequired :: see https://x', 'new terms'],
  ['Type: dns\n Detail: DNS problem: NXDOMAIN looking up A for x', 'Point meet.example.org'],
  ['Type: dns\n Detail: DNS problem: SERVFAIL looking up CAA for x', 'name servers of meet.example.org'],
  ['Max retries exceeded (Caused by SSLError([SSL: CERTIFICATE_VERIFY_FAILED] not yet valid))', 'check the clock'],
  ['OSError: [Errno 28] No space left on device', 'Free some space'],
  ['Another instance of Certbot is already running.', 'wait until it is done'],
  ['acme.errors.ClientError: <Response [500]>', 'a problem of its own'],
  [
    'ValueError: Requesting acme.example.org/directory: Connection refused',
    'port 443: directly, since no proxy is used',
  ],
  ['certbot: error: Too many flags setting configurators/installers/authenticators', 'Correct what is reported above'],
  ['Type: connection\n Detail: 2001:db8::7: Fetching http://x/: Timeout during connect', 'IPv6 address 2001:db8::7'],
  ['Type: unauthorized\n Detail: 2001:db8::7: Invalid response from http://x/: 404', 'remove the AAAA record'],
  [
    'Type: connection\n Detail: During secondary validation: 198.51.100.7: Fetching http://x/: Timeout',
    'every country',
  ],
  ['Type: caa\n Detail: CAA record for meet.example.org prevents issuance', 'CAA records'],
  ['Type: serverInternal\n Detail: During secondary validation: RPC failed', 'a problem of its own'],
])('%s: the advice is for this cause', (said, advice) => {
  expect(adviseOnAuthority('meet.example.org', said)).toContain(advice);
});
