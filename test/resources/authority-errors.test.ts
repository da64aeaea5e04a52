import {expect, test} from 'vitest';
import {adviseOnAuthority} from '../../src/resources/authority-errors.ts';

test.each([
  ['urn:ietf:params:acme:error:rateLimited :: too many certificates already issued', 'limits requests'],
  ['Timeout during connect (likely firewall problem)', 'Forward TCP port 80'],
  ['acme.errors.ClientError: <Response [500]>', 'a problem of its own'],
  ['ValueError: Requesting acme.example.org/directory: Connection refused', 'can reach the authority'],
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
