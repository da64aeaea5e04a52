import * as v from 'valibot';
import {backupSettings} from './backup.ts';
import {brandingSettings} from './branding.ts';
import {decisionSettings} from './decisions.ts';
import {extraImages, extraSettings} from './extras.ts';
import {followingSettings} from './following.ts';
import {localAddress, publicAddress, subnet} from './grammar/addresses.ts';
import {directory, memorySize, timeZone} from './grammar/containers.ts';
import {accountId, domainName, emailAddress, endpoint, httpsUrl} from './grammar/names.ts';
import {optionMap} from './grammar/options.ts';
import {port} from './grammar/ports.ts';
import {imageSettings} from './images.ts';
import {metricsSettings} from './metrics.ts';
import {peopleSettings} from './people.ts';
import {routerSettings} from './router.ts';
import {siteSettings} from './sites.ts';
import {updateSettings} from './updates.ts';
import {watchSettings} from './watching.ts';

/** A value as it was given, before its schema has judged it. */
export type RawValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string>>
  | Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One setting: everything that has to be said about it. */
export type Setting = {
  readonly schema: v.GenericSchema;
  /** Settings without a default are required, unless they are optional; turn.domain only if the relay is enabled. */
  readonly default?: RawValue;
  readonly optional?: true;
  /** Accepts a map of languages in place of a text. */
  readonly byLanguage?: true;
  /** Is a map of names. */
  readonly byName?: true;
  /** Is a map of names, each with a map of its own. */
  readonly byGroup?: true;
  readonly help: string;
  /** A value to show in messages, if the default is not a good one. */
  readonly example?: string;
  /** The wizard's question. A group holds optional questions, and can be skipped. */
  readonly question?: {readonly title: string; readonly group?: string};
};

function portSetting(standard: number, title: string, help: string) {
  return {schema: port, default: standard, help, question: {group: 'Ports', title}};
}

/** Every setting by its key, in the order of help, `settings` and wizard. */
export const settingTable = {
  domain: {
    schema: domainName,
    help: 'The domain of your meetings; its DNS record points to your public address.',
    example: 'meet.example.org',
    question: {title: 'Which domain should meetings use?'},
  },
  contact: {
    schema: emailAddress,
    help: 'Your e-mail address: the account at the certificate authority.',
    example: 'admin@example.org',
    question: {title: 'What is your e-mail address?'},
  },
  'turn.enabled': {
    schema: v.boolean('is neither true nor false'),
    default: true,
    help: 'Whether participants behind strict firewalls are supported, with a relay on port 443.',
    question: {title: 'Support participants behind strict firewalls?'},
  },
  'turn.domain': {
    schema: domainName,
    help: "The relay's own domain, which points to the same address as the meetings' domain.",
    example: 'turn.example.org',
    question: {title: 'Which domain should the relay use?'},
  },
  ...peopleSettings,
  ...brandingSettings,
  ...extraSettings,
  'ports.web': portSetting(8289, 'Port of the web container', 'The web container, on the loopback address.'),
  'ports.https': portSetting(4443, 'Port of nginx for TLS', 'nginx behind HAProxy: TLS with the meeting pages.'),
  'ports.mmproxy': portSetting(
    4444,
    'Port of go-mmproxy',
    "go-mmproxy, which passes the participants' own addresses to nginx.",
  ),
  'ports.media': portSetting(10_000, 'Port for audio and video (UDP)', 'Audio and video, UDP; the router forwards it.'),
  'ports.stun': portSetting(3478, 'Port for STUN and TURN (UDP)', 'STUN and TURN over UDP; the router forwards it.'),
  'ports.turns': portSetting(5349, 'Port for TURN over TLS', 'TURN over TLS, on the loopback address behind HAProxy.'),
  'memory.videobridge': {
    schema: orAuto(memorySize),
    default: 'auto',
    help: 'The memory limit of the bridge; auto: a third of RAM, 512m to 3072m.',
    example: '2g',
    question: {group: 'Memory', title: 'Memory limit of the bridge'},
  },
  'memory.jicofo': {
    schema: orAuto(memorySize),
    default: 'auto',
    help: 'The memory limit of Jicofo; auto: a sixth of RAM, 384m to 1024m.',
    example: '512m',
    question: {group: 'Memory', title: 'Memory limit of Jicofo'},
  },
  'limits.connections': {
    schema: orAuto(count(20, 10_000)),
    default: 'auto',
    help: 'Connections to port 443 for one address, such as a school; auto: 192 per processor.',
    example: '500',
  },
  'limits.allocations': {
    schema: orAuto(count(10, 10_000)),
    default: 'auto',
    help: 'Allocations of the relay, half for one address; auto: about 100 per GB of RAM, up to 1000.',
    example: '300',
  },
  'acme.directory': {
    schema: httpsUrl,
    default: 'https://acme-v02.api.letsencrypt.org/directory',
    help: 'The ACME directory of the certificate authority.',
    example: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    question: {group: 'Certificate authority', title: 'Directory of the certificate authority'},
  },
  'acme.account': {
    schema: orAuto(accountId),
    default: 'auto',
    help: 'Which of several accounts at the authority orders; auto: that of the certificate.',
    example: '0123456789abcdef0123456789abcdef',
    question: {group: 'Certificate authority', title: 'Account at the certificate authority'},
  },
  'acme.rehearse': {
    schema: v.boolean('is neither true nor false'),
    default: false,
    help: "Whether an order is rehearsed at the authority's staging first; a refusal there stops it.",
    example: 'true',
  },
  'address.public': {
    schema: orAuto(publicAddress),
    default: 'auto',
    help: "The router's IPv4 address on the internet.",
    example: '198.51.100.10',
    question: {group: 'Advanced', title: 'Public address'},
  },
  'address.local': {
    schema: orAuto(localAddress),
    default: 'auto',
    help: "This machine's IPv4 address, to which the router forwards.",
    example: '192.168.1.20',
    question: {group: 'Advanced', title: 'Address of this machine'},
  },
  timezone: {
    schema: orAuto(timeZone),
    default: 'auto',
    help: 'The time zone of the containers.',
    example: 'Europe/Berlin',
    question: {group: 'Advanced', title: 'Time zone of the containers'},
  },
  'stack.directory': {
    schema: directory,
    default: '/srv/jitsi',
    help: 'The directory of the containers; its last part names the compose project.',
    question: {group: 'Advanced', title: 'Directory of the containers'},
  },
  'stack.subnet': {
    schema: orAuto(subnet),
    default: 'auto',
    help: "The containers' network; auto: one that no route uses.",
    example: '172.28.0.0/24',
    question: {group: 'Advanced', title: "The containers' network"},
  },
  ...imageSettings,
  ...extraImages,
  options: {
    schema: optionMap,
    optional: true,
    byName: true,
    help: "More variables of Jitsi's containers, by name; --set options.NAME=VALUE sets one.",
    example: '{RESOLUTION: 720}',
  },
  ...siteSettings,
  ...updateSettings,
  ...backupSettings,
  ...watchSettings,
  ...metricsSettings,
  ...routerSettings,
  ...followingSettings,
  ...decisionSettings,
  'detection.stun': {
    schema: listOf(endpoint),
    default: ['meet-jit-si-turnrelay.jitsi.net:443', 'stun.l.google.com:19302', 'stun.cloudflare.com:3478'],
    help: 'STUN servers that detect the public address; two of them have to agree.',
    example: '[stun.example.org:3478]',
  },
  'detection.resolvers': {
    schema: listOf(httpsUrl),
    default: ['https://cloudflare-dns.com/dns-query', 'https://dns.google/resolve'],
    help: 'DNS over HTTPS servers that show the public DNS records of your domains.',
    example: '[https://dns.google/resolve]',
  },
} satisfies Readonly<Record<string, Setting>>;

/** Accepts the word `auto` as well. A union would hide the fault of the other schema. */
function orAuto<Schema extends v.GenericSchema<string, string>>(schema: Schema) {
  return v.lazy(input => (input === 'auto' ? v.string() : schema));
}

/** A number as text, since its setting may be `auto` as well. */
function count(least: number, most: number) {
  const isCount = (text: string) => /^[1-9]\d*$/.test(text) && Number(text) >= least && Number(text) <= most;
  return v.pipe(v.string(), v.check(isCount, `is not a whole number from ${least} to ${most}`));
}

function listOf<Schema extends v.GenericSchema<string, string>>(schema: Schema) {
  return v.pipe(v.array(schema), v.minLength(1, 'is empty; at least one is needed'), v.readonly());
}

type Table = typeof settingTable;
type Value<Key extends keyof Table> = v.InferOutput<Table[Key]['schema']>;
type GroupOf<Key extends string> = Key extends `${infer Group}.${string}` ? Group : Key;

/** The values of the table in groups: `ports.web` becomes `ports: {web}`, `branding.logo.link` `branding: {'logo.link'}`. */
type Tree = {
  readonly [Group in GroupOf<keyof Table>]: Group extends keyof Table
    ? Value<Group>
    : {readonly [Key in keyof Table as Key extends `${Group}.${infer Name}` ? Name : never]: Value<Key>};
};

type DynamicDns = Tree['dynamic-dns'];

/** The settings, complete and valid; `auto` means that detection decides. */
export type Settings = Omit<Tree, 'turn' | 'branding' | 'notify' | 'options' | 'sites' | 'dynamic-dns'> & {
  readonly 'dynamic-dns': Pick<DynamicDns, 'kind' | 'names'> & Partial<DynamicDns>;
  readonly options?: Tree['options'];
  readonly sites?: Tree['sites'];
  readonly branding: Partial<Tree['branding']>;
  readonly notify: Partial<Tree['notify']> & Pick<Tree['notify'], 'mail.to' | 'smtp.port' | 'smtp.tls'>;
  readonly turn:
    | {readonly enabled: true; readonly domain: string}
    | {readonly enabled: false; readonly domain?: string};
};

/** Valid settings that may lack required values: enough to look around with. */
export type IncompleteSettings = Omit<Settings, 'domain' | 'contact' | 'turn'>;
