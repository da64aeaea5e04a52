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
    types: ['caa'],
    words: /CAA record/,
    advise: name => `Let the CAA records of ${name} in the DNS allow this authority.`,
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
      `The authority used the IPv6 address ${address}: remove the AAAA record of ${name}, or let that address lead to port 80 of this host.`,
  },
  {
    types: ['connection', 'unauthorized', 'tls', 'incorrectResponse'],
    words: /Timeout during connect|Fetching http\S* Connection refused|Invalid response from http/,
    advise: () => 'Forward TCP port 80 of the router to this host.',
  },
  {
    types: [],
    words: /Requesting \S+: |Max retries exceeded|Failed to establish a new connection/,
    advise: () => 'Check that this host can reach the authority on port 443.',
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
