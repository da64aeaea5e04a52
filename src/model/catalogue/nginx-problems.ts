import type {Entry} from './entry.ts';

/** Problems that a plan shows about certificates and the layout of nginx. */
export const nginxProblems = {
  'certificate-owned': {
    title: 'A certificate of your own',
    place: 'nginx',
    meaning: 'A certificate for one of the domains is here that certbot does not renew by a way that works here.',
    remedy: 'Renew it yourself, as until now, or remove it: then apply orders one that renews by itself.',
  },
  'no-such-account': {
    title: 'Account at the authority not here',
    place: 'nginx',
    meaning: 'The setting acme.account names an account that certbot does not have at the chosen authority.',
    remedy: 'Set acme.account to one of the accounts that `jitsi-onebox detect` lists, or to auto.',
  },
  'listen-ipv6': {
    title: 'IPv6 port without IPv6',
    place: 'nginx',
    meaning: 'A site of nginx asks for an IPv6 port, and the kernel has no IPv6: nginx would not start.',
    remedy: 'Remove these listen lines, or switch IPv6 on in the kernel.',
  },
  'nginx-layout': {
    title: 'No directory for sites',
    place: 'nginx',
    meaning: 'nginx.conf includes no directory of sites, so ours would be written and not served.',
    remedy: 'Add `include /etc/nginx/sites-enabled/*;` to the http block of /etc/nginx/nginx.conf.',
  },
  'names-too-long': {
    title: 'Domain too long for nginx',
    place: 'nginx',
    meaning: 'A setting of nginx keeps too little room for the name of a site as long as the domain.',
    remedy: 'Raise server_names_hash_bucket_size where the plan says it is set, or remove that line.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
