import {domainToASCII} from 'node:url';
import ipaddr from 'ipaddr.js';
import * as v from 'valibot';

const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** A fully qualified host name. International names become lower-case ASCII. */
export const domainName = v.pipe(
  v.string(),
  v.nonEmpty('is empty'),
  v.check(text => !ipaddr.isValid(text), 'is an address, not a name'),
  v.excludes('://', 'is a URL; leave out everything before and after the name'),
  v.check(text => !text.startsWith('*.'), 'is a wildcard; a certificate needs a single name'),
  v.check(
    text => findForbidden(text) === undefined,
    ({input}) => `contains ${JSON.stringify(findForbidden(input))}, which is not allowed in names`,
  ),
  v.check(text => !text.endsWith('.'), 'ends with a dot; leave it out'),
  v.transform(domainToASCII),
  // The result may still be an address (0x7f.1 is one for node:url), or a name that DNS or certificate authorities refuse.
  v.nonEmpty('is not a valid DNS name'),
  v.maxLength(253, 'is longer than the 253 characters DNS allows'),
  v.includes('.', 'is only one word; the full name with its domain is needed'),
  v.check(name => !/(?:^|\.)\d+$/.test(name), 'ends with a number, as an address does'),
  v.check(name => !name.split('.').includes(''), 'has two dots in a row or starts with one'),
  v.check(
    name => findBadLabel(name) === undefined,
    ({input}) => `has the part "${findBadLabel(input)}"; use letters, digits, and hyphens between them`,
  ),
  v.check(name => name.split('.').every(part => part.length <= 63), 'has a part of more than 63 characters'),
);

function findForbidden(text: string): string | undefined {
  return [...text].find(character => !/\p{L}|\p{M}|\p{N}|[.。-]/u.test(character));
}

// RFC 5891 reserves two hyphens in the third and fourth place for encoded names.
function findBadLabel(name: string): string | undefined {
  return name.split('.').find(part => !label.test(part) || (part.slice(2, 4) === '--' && !part.startsWith('xn--')));
}

const atoms = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** An e-mail address in the form that certificate authorities accept. */
export const emailAddress = v.pipe(
  v.string(),
  v.regex(/.@/s, 'is not an e-mail address: there is nothing before an @'),
  v.check(text => localPart(text).length <= 64, 'has more than 64 characters before the @'),
  v.check(
    text => atoms.test(localPart(text)),
    ({input}) => `has "${localPart(input)}" before the @, which mail systems only accept in quotes`,
  ),
  replaceHost(/^(.*@)(.*)()$/s, domainName, 'a part after the @'),
);

function localPart(text: string): string {
  return text.slice(0, text.lastIndexOf('@'));
}

const nameOrAddress = v.lazy(input => (ipaddr.IPv4.isValidFourPartDecimal(String(input)) ? v.string() : domainName));

/** A server as `host:port`. */
export const endpoint = v.pipe(
  v.string(),
  v.check(
    text => Number(/^[^:]+:([1-9]\d{0,4})$/.exec(text)?.[1]) <= 65_535,
    'is not a name and a port with a colon between',
  ),
  replaceHost(/^()([^:]+)(.*)$/s, nameOrAddress, 'a host'),
);

/** An https URL without a user, a fragment or characters that need escaping. */
export const httpsUrl = v.pipe(
  v.string(),
  v.check(text => URL.canParse(text), 'is not a URL'),
  v.check(text => URL.parse(text)?.protocol === 'https:', 'does not start with https://'),
  v.check(text => !URL.parse(text)?.username && !URL.parse(text)?.password, 'contains a user or password'),
  v.regex(/^[A-Za-z0-9:/?&=._~%+-]+$/, 'has characters that need escaping in a URL'),
  v.transform(text => new URL(text).href),
  replaceHost(/^(https:\/\/)([^/:]+)(.*)$/s, nameOrAddress, 'a host'),
);

/** The id of an account of certbot. */
export const accountId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'is not an id of 32 digits from 0 to f'));

/** Replaces the host, the second group of the pattern, with its canonical form; reports its fault under the given subject. */
function replaceHost(pattern: RegExp, schema: v.GenericSchema<string>, subject: string) {
  return v.rawTransform<string, string>(({dataset: {value}, addIssue, NEVER}) => {
    const [, before = '', host = '', after = ''] = pattern.exec(value) ?? [];
    const result = v.safeParse(schema, host, {abortPipeEarly: true});
    if (result.success) return `${before}${result.output}${after}`;
    addIssue({message: `has ${subject} that ${result.issues[0].message}`});
    return NEVER;
  });
}
