import * as v from 'valibot';
import {domainName, endpoint, httpsUrl} from './grammar/names.ts';
import {duration} from './updates.ts';

const placeholders = /\{(address|name|secret)\}/g;

/** An https URL with places for the address, and perhaps for the name and the secret. */
const urlTemplate = v.pipe(
  v.string(),
  v.check(text => text.includes('{address}'), 'has no {address}, where the new address belongs'),
  v.check(text => !/[{}]/.test(text.replace(placeholders, '')), 'has other places than {address}, {name} and {secret}'),
  v.rawCheck(({dataset, addIssue}) => {
    if (!dataset.typed) return;
    const result = v.safeParse(httpsUrl, dataset.value.replace(placeholders, 'x'), {abortPipeEarly: true});
    if (!result.success) addIssue({message: result.issues[0].message});
  }),
);

/** The settings of what happens when the router gets another public address. */
export const followingSettings = {
  'address.changes': {
    schema: v.picklist(['off', 'notify', 'apply'], 'is neither off, notify nor apply'),
    default: 'off',
    help: 'Another public address: off, notify (only report it), or apply (follow it).',
    example: 'apply',
  },
  'address.wait-for-idle': {
    schema: duration,
    default: '3m',
    help: 'How long a change waits for the end of all meetings; then it is made anyway.',
    example: '90s',
  },
  'dynamic-dns.kind': {
    schema: v.picklist(['off', 'http', 'rfc2136'], 'is neither off, http nor rfc2136'),
    default: 'off',
    help: 'How DNS entries follow the address: off, http (a URL of the provider), or rfc2136.',
    example: 'http',
  },
  'dynamic-dns.names': {
    schema: v.pipe(v.array(domainName), v.readonly()),
    default: [],
    help: 'The names whose entries follow; without any, both domains.',
    example: '[home.example.org]',
  },
  'dynamic-dns.secret': {
    schema: v.pipe(v.string(), v.regex(/^\/[\w./-]{1,250}$/, 'is not the absolute path of a file')),
    optional: true,
    help: 'The file with the password (http), or the key as tsig-keygen writes it; mode 0600.',
    example: '/root/dynamic-dns',
  },
  'dynamic-dns.url': {
    schema: urlTemplate,
    optional: true,
    help: 'HTTP: the URL of the provider, with {address}, and if need be {name} and {secret}.',
    example: 'https://dyn.example.org/nic/update?hostname={name}&myip={address}',
  },
  'dynamic-dns.user': {
    schema: v.pipe(v.string(), v.regex(/^[\w.@+-]{1,100}$/, 'is not a name of letters, digits and . _ @ + -')),
    optional: true,
    help: 'HTTP: the name to log in with, where the secret is its password.',
    example: 'anna',
  },
  'dynamic-dns.server': {
    schema: endpoint,
    optional: true,
    help: 'RFC 2136: the server that takes updates.',
    example: 'ns1.example.org:53',
  },
  'dynamic-dns.zone': {
    schema: domainName,
    optional: true,
    help: 'RFC 2136: the zone that the names are in.',
    example: 'example.org',
  },
} as const;

/** Finds settings that dynamic DNS needs and that are missing. */
export function findLooseEnds(values: ReadonlyMap<string, unknown>): readonly {key: string; reason: string}[] {
  const needs: Readonly<Record<string, readonly string[]>> = {http: ['url'], rfc2136: ['server', 'zone', 'secret']};
  const kind = String(values.get('dynamic-dns.kind'));
  const missing = (needs[kind] ?? []).filter(name => values.get(`dynamic-dns.${name}`) === undefined);
  const loose = missing.map(name => ({key: 'dynamic-dns.kind', reason: `needs dynamic-dns.${name}`}));
  if (kind !== 'off' && values.get('address.changes') === 'off')
    loose.push({key: 'dynamic-dns.kind', reason: 'needs address.changes: apply, which looks for the address'});
  return loose;
}
