import type {Entry} from './entry.ts';

/** Problems that a plan shows about nginx: its sites and sockets, certificates, and layout. */
export const nginxProblems = {
  'site-on-443': {
    title: 'Web sites on port 443',
    place: 'nginx',
    meaning:
      'nginx serves other sites on port 443, which the meeting page and the relay have to share through HAProxy.',
    remedy: 'Move these sites to the port of the setting ports.https. HAProxy forwards their visitors.',
  },
  'site-taken': {
    title: 'Site that nginx serves already',
    place: 'nginx',
    meaning: 'A site of your own in nginx has the domain of the meetings, of the relay, or of a site in the settings.',
    remedy:
      'Remove the domain from that site, or move its file away. A site in the settings may instead be left out there: HAProxy forwards its visitors.',
  },
  'site-loop': {
    title: 'Site that points to this server',
    place: 'nginx',
    meaning: 'The destination of a site is a port that the meeting server itself uses.',
    remedy: 'Let the service of the site listen on another port, and name that one.',
  },
  'site-unreadable': {
    title: 'Directory of a site not readable',
    place: 'nginx',
    meaning: 'The directory of a site is missing, or the user www-data may not read it.',
    remedy: 'Name a directory that www-data can read, such as one below /srv or /var/www.',
  },
  'site-silent': {
    title: 'Destination of a site silent',
    place: 'nginx',
    meaning: 'Nothing accepts connections at the address and port that a site names.',
    remedy: 'Start the service, or correct the address and the port.',
  },
  'stream-on-443': {
    title: 'nginx passes port 443 on',
    place: 'nginx',
    meaning: 'A stream of nginx takes the connections on port 443, which HAProxy needs.',
    remedy: 'Remove the stream from port 443. HAProxy forwards web sites that listen on the port of ports.https.',
  },
  'site-on-address': {
    title: 'Web sites on one address only',
    place: 'nginx',
    meaning:
      'Other sites of nginx listen on one address of a port that ours need on all. nginx cannot open it at a reload, and hides ours there.',
    remedy: 'Let these sites listen on the port without an address, then restart nginx.',
  },
  'listen-options': {
    title: 'Web sites that cannot share a port',
    place: 'nginx',
    meaning:
      'nginx gives the options of a port, such as proxy_protocol, to all sites on it. One of two would not answer.',
    remedy: 'Let the other site use another port, or choose another port for ours with --set ports.https=PORT.',
  },
  'configuration-broken': {
    title: 'Configuration already broken',
    place: 'nginx',
    meaning: 'A running program no longer accepts its own configuration, so it would not start again.',
    remedy: 'Correct the configuration until the test command that is shown accepts it, then try again.',
  },
  'certificate-owned': {
    title: 'A certificate of your own',
    place: 'nginx',
    isSoft: true,
    meaning: 'A certificate for one of the domains is here that certbot does not renew by a way that works here.',
    remedy: 'Renew it yourself, as until now, or remove it: then apply orders one that renews automatically.',
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
    meaning: 'A setting of nginx keeps too little space for the name of a site as long as the domain.',
    remedy: 'Raise server_names_hash_bucket_size where the plan says it is set, or remove that line.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
