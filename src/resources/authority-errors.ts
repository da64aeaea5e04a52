/** What can be done about an error of the authority: by its ACME type (RFC 8555), or by words that only one cause has. */
type Cause = {
  readonly types: readonly string[];
  readonly words?: RegExp;
  readonly advise: (name: string, match: string) => string;
};

const ipv6 = /(?:^|\s)((?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}): (?:Fetching|Invalid response)/im;

/** The first that fits counts. */
const causes: readonly Cause[] = [
  {
    types: ['rateLimited'],
    words: /too many (?:certificates|failed authorizations|new orders|new registrations|currently pending|requests)/i,
    advise: () => 'The authority limits requests: wait as long as it says above.',
  },
  {
    types: ['serverInternal'],
    words: /Response \[5/,
    advise: () => 'The authority has a problem of its own: wait an hour.',
  },
  {
    types: ['accountDoesNotExist', 'externalAccountRequired'],
    words: /Account is not valid|has status "(?:deactivated|revoked)"/,
    advise: () =>
      'The authority does not accept the account of certbot: make another one (`certbot register`; some authorities want --eab-kid and --eab-hmac-key), and name it in the setting acme.account.',
  },
  {
    types: ['userActionRequired'],
    advise: () =>
      'The authority has new terms: agree to them at the address above (`certbot update_account --agree-tos`).',
  },
  {
    types: ['caa'],
    words: /CAA record/,
    advise: name => `Allow this authority in the CAA records of ${name}.`,
  },
  {
    types: [],
    words: /DNS problem: (?:SERVFAIL|query timed out|networking error)|DNSSEC/,
    advise: name =>
      `The name servers of ${name} did not answer the authority: ask whoever runs them, or check DNSSEC, then try again.`,
  },
  {
    types: ['dns'],
    words: /DNS problem|No valid IP addresses found|could not resolve/,
    advise: name => `Point ${name} to the public address of this host in the DNS.`,
  },
  {
    types: ['rejectedIdentifier'],
    advise: name => `The authority issues no certificate for ${name}: choose another domain or another authority.`,
  },
  {
    types: [],
    words: /During secondary validation/,
    advise: () =>
      'The authority reached port 80 from one place but not from others: let every country and every provider through to it.',
  },
  {
    types: [],
    words: ipv6,
    advise: (name, address) =>
      `The authority used the IPv6 address ${address}: remove the AAAA record of ${name}, or make that address reach port 80 of this host.`,
  },
  {
    types: ['tls'],
    words: /(?:Fetching|Invalid response from) https:/,
    advise: name =>
      `Something on port 80 of ${name} redirects everybody to HTTPS, including the authority. Make http://${name}/.well-known/acme-challenge/ reach this host without a redirect.`,
  },
  {
    types: ['unauthorized', 'incorrectResponse'],
    words: /Invalid response from http:/,
    advise: name =>
      `A web server answered the authority, but not with what certbot had put there. If the address above is not that of this host, point ${name} to it in the DNS; else a site of nginx, or the device to which the router forwards TCP port 80, answers in place of ours.`,
  },
  {
    types: ['connection'],
    words: /Timeout during connect|Fetching http\S* Connection refused/,
    advise: () =>
      'Let TCP port 80 in: through the packet filter of this host (`jitsi-onebox plan` names a rule in the way), that of your provider, and the router, which has to forward it to this host.',
  },
  {
    types: [],
    words: /CERTIFICATE_VERIFY_FAILED/,
    advise: () =>
      'This host does not trust the certificate of the authority: check the clock (`timedatectl`) and the package ca-certificates; a proxy may also put its own certificate there.',
  },
  {
    types: [],
    words: /No space left on device/,
    advise: () => 'Free some space on the disk (`df -h` shows where).',
  },
  {
    types: [],
    words: /Another instance of Certbot is already running/,
    advise: () => 'Another certbot is at work: wait until it is done.',
  },
  {
    types: [],
    words: /Requesting \S+: |Max retries exceeded|Failed to establish a new connection/,
    advise: () => 'Check that this host can reach the authority on port 443: directly, since no proxy is used.',
  },
];

/** Advises on what certbot says; without a cause that is known for certain, its own words have to do. */
export function adviseOnAuthority(name: string, said: string): string {
  const found = [...said.matchAll(/(?:acme:error:|^\s*Type:\s+)(\w+)/gm)].map(([, type = '']) => type);
  for (const {types, words, advise} of causes) {
    const match = words?.exec(said);
    if (match || types.some(type => found.includes(type))) return advise(name, match?.[1] ?? '');
  }
  return 'Correct what is reported above.';
}
