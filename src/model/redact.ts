import ipaddr from 'ipaddr.js';

const mask = '•••';
/** A shorter text would be found in words that are no secret. */
const shortestSecret = 6;

/** Files that a page loads: their paths are no rooms. */
const pageParts = [
  String.raw`http-bind|xmpp-websocket|(?:interface_)?config\.js|external_api\.js|favicon\.ico|robots\.txt`,
  String.raw`(?:css|fonts|images|lang|libs|sounds|static|\.well-known)/`,
].join('|');
const room = new RegExp(String.raw`("(?:GET|HEAD|POST) /)(?!${pageParts})[^\s?"]{1,8000}(?=[ ?])`, 'g');

/** The forms of a secret, wherever it is from; each takes linear time, since strangers write into logs. */
const forms: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, mask],
  [/(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?)[^\r\n"']+/gi, `$1${mask}`],
  [/(:\/\/)[^\s/@:]{1,200}:[^\s/@]{1,200}@/g, `$1${mask}@`],
  // nginx separates a name from its value by blanks.
  [/(\bproxy_set_header\s{1,8}\S{1,80}\s{1,8}["']?)(?!\$)[^\s"';]+[^"';\r\n]{0,400}/g, `$1${mask}`],
  [
    /(\b(?:set|fastcgi_param|uwsgi_param)\s{1,8}\$?\w{0,60}(?:pass|secret|token|key)\w{0,40}\s{1,8}["']?)[^\s"';]+/gi,
    `$1${mask}`,
  ],
  // A room's name in the line of a request, and where it came from.
  [room, `$1${mask}`],
  [/([?&]room=)[^\s&"]{1,200}/g, `$1${mask}`],
  [/("(?: \d{3} \S{1,20})? "https?:\/\/[^\s"/]{1,200}\/)[^\s"]{1,400}/g, `$1${mask}`],
  [/(?<![\w-])eyJ[\w-]{1,4000}\.[\w-]{1,4000}\.[\w-]{0,4000}/g, mask],
  [
    /(\b\w{0,60}(?:passw(?:or)?d|secret|credentials?|token|api_?key)\w{0,40}["']?\s{0,4}[=:]\s{0,4}["']?)(?!(?:true|false|null|auto)\b)[^\s"',;]+/gi,
    `$1${mask}`,
  ],
];

/** Accounts of the servers themselves, which say where a fault is. */
const serverAccounts = new Set(['focus', 'jvb', 'jvbbrewery', 'jicofo']);

/** What a redactor knows of the host. */
export type Known = {
  readonly secrets: readonly string[];
  /** URLs that are secrets but for scheme and host: who knows one may use it. */
  readonly secretUrls: readonly string[];
  /** Addresses that are no participant's. */
  readonly ownAddresses: readonly string[];
};

/**
 * Makes a function that removes from texts what must not leave the host: the secrets it knows, whatever has the form of one, names
 * before an @ (people, rooms), and public addresses. One address gets the same number everywhere.
 */
export function createRedactor({secrets, secretUrls, ownAddresses}: Known): (text: string) => string {
  const known = secrets.filter(({length}) => length >= shortestSecret).toSorted((a, b) => b.length - a.length);
  const origins = secretUrls.flatMap(url => /^https?:\/\/[^\s/?#]+/.exec(url) ?? []);
  const numbers = new Map<string, number>();
  const own = new Set(ownAddresses);

  function replaceAddress(address: string): string {
    if (own.has(address) || !isPublic(address)) return address;
    if (!numbers.has(address)) numbers.set(address, numbers.size + 1);
    return `address-${numbers.get(address)}`;
  }

  return text => {
    let redacted = text;
    for (const secret of known) redacted = redacted.replaceAll(secret, mask);
    for (const origin of origins) redacted = hidePaths(redacted, origin);
    for (const [pattern, replacement] of forms) redacted = redacted.replaceAll(pattern, replacement);
    return redacted
      .replaceAll(/(?<![\w.+-])([\w.+-]{1,200})@(?=[\w-])/g, (all, name: string) =>
        serverAccounts.has(name) ? all : `${mask}@`,
      )
      .replaceAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]\d)/g, replaceAddress)
      .replaceAll(/(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:]|\.\d)/gi, replaceAddress);
  };
}

/** Hides what follows an origin in URLs, which may be in JSON. */
function hidePaths(text: string, origin: string): string {
  const [before = '', ...rest] = text.split(origin);
  return [before, ...rest.map(after => after.replace(/^[/?#][^\s"'\\]*/, `/${mask}`))].join(origin);
}

const localRanges = new Set<string>([
  'private',
  'uniqueLocal',
  'loopback',
  'linkLocal',
  'carrierGradeNat',
  'multicast',
  'broadcast',
  'unspecified',
]);

function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && !localRanges.has(ipaddr.parse(address).range());
}
