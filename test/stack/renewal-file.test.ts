import {expect, test} from 'vitest';
import {findForeignLine} from '../../src/stack/renewal-file.ts';

/** As certbot 2.1 and 4.0 write it. */
const own = `# renew_before_expiry = 30 days
version = 2.1.0
archive_dir = /etc/letsencrypt/archive/meet.example.org
cert = /etc/letsencrypt/live/meet.example.org/cert.pem
privkey = /etc/letsencrypt/live/meet.example.org/privkey.pem
chain = /etc/letsencrypt/live/meet.example.org/chain.pem
fullchain = /etc/letsencrypt/live/meet.example.org/fullchain.pem

# Options used in the renewal process
[renewalparams]
account = 0123456789abcdef
authenticator = webroot
webroot_path = /var/www/jitsi-onebox,
server = https://acme-v02.api.letsencrypt.org/directory
key_type = ecdsa
pref_challs = http-01,
[[webroot_map]]
meet.example.org = /var/www/jitsi-onebox
[acme_renewal_info]
ari_retry_after = 2026-11-29T08:00:00
`;

test('a renewal file of certbot for our webroot is known, also with a hook of the guide', () => {
  expect(findForeignLine(own)).toBeUndefined();
  const guide = own.replace('key_type = ecdsa', 'renew_hook = /usr/local/sbin/renew_meet_cert.sh');
  expect(findForeignLine(guide)).toBeUndefined();
  expect(findForeignLine(own.replace('= webroot', '= standalone'))).toBeUndefined();
});

test.each([
  'pre_hook = touch /root/x',
  'post_hook=touch /root/x',
  'renew_hook = /usr/local/sbin/renew_meet_cert.sh; touch /root/x',
  'deploy_hook = /bin/sh',
  '"pre_hook" = touch /root/x',
  "'pre_hook' = touch /root/x",
  'authenticator = manual',
  'authenticator = dns-cloudflare',
  'installer = evil',
  'manual_auth_hook = /bin/sh',
  'nginx_ctl = /root/x',
  'config_dir = /root/x',
  'archive_dir = /root/x',
  'account = """x',
  "meet.example.org = /'''",
  'version = 1\rpre_hook = touch /root/x',
  'version = 1\u2028pre_hook = touch /root/x',
  'version = 1\u0085pre_hook = touch /root/x',
  'version = 1\u000bpre_hook = touch /root/x',
])('the line %j is foreign', line => {
  expect(findForeignLine(own.replace('key_type = ecdsa', line))).toBe(line.trim());
});
