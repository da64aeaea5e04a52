import * as v from 'valibot';
import {readLocalAddress, readPublicAddress} from './grammar/address.ts';
import {readDomain} from './grammar/domain.ts';
import {readEmail} from './grammar/email.ts';
import {readEndpoint, readHttpsUrl} from './grammar/endpoint.ts';
import {readImage, readRepository, readTag} from './grammar/image.ts';
import {readMemory} from './grammar/memory.ts';
import {readDirectory} from './grammar/path.ts';
import {orAuto} from './grammar/reading.ts';
import {readRooms} from './grammar/rooms.ts';
import {readSubnet} from './grammar/subnet.ts';
import {readTimeZone} from './grammar/time-zone.ts';
import {list, port, text, toggle} from './leaf.ts';
import {findPortClashes, type Ports} from './ports.ts';

const relay = v.strictObject({
  enabled: v.optional(
    toggle({
      description: 'Whether participants behind strict firewalls get in through a relay on port 443.',
      example: 'true',
    }),
    true,
  ),
  domain: v.optional(
    text(
      {
        description: "The relay's own name, which leads to the same address as the meetings'.",
        example: 'turn.example.org',
      },
      readDomain,
    ),
  ),
});

const turn = v.pipe(
  relay,
  v.rawTransform(({dataset: {value}, addIssue, NEVER}): Turn => {
    const {enabled, domain} = value;
    if (!enabled) return {enabled, ...(domain !== undefined && {domain})};
    if (domain !== undefined) return {enabled, domain};
    addIssue({
      message: 'is missing while turn.enabled is true',
      path: [{type: 'object', origin: 'value', input: value, key: 'domain', value: undefined}],
    });
    return NEVER;
  }),
);

type Turn = {readonly enabled: true; readonly domain: string} | {readonly enabled: false; readonly domain?: string};

const address = v.strictObject({
  public: v.optional(
    text(
      {description: 'The IPv4 address under which the internet reaches the router.', example: '198.51.100.10'},
      orAuto(readPublicAddress),
    ),
    'auto',
  ),
  local: v.optional(
    text(
      {description: 'The IPv4 address of this machine to which the router forwards.', example: '192.168.1.20'},
      orAuto(readLocalAddress),
    ),
    'auto',
  ),
});

const ports = v.pipe(
  v.strictObject({
    web: v.optional(port({description: 'The web container, on the loopback address.', example: '8289'}), 8289),
    https: v.optional(port({description: 'nginx behind HAProxy: TLS with the meeting pages.', example: '4443'}), 4443),
    mmproxy: v.optional(
      port({description: "go-mmproxy, which hands nginx the participants' own addresses.", example: '4444'}),
      4444,
    ),
    media: v.optional(
      port({description: 'Sound and pictures, UDP; the router forwards it.', example: '10000'}),
      10_000,
    ),
    stun: v.optional(port({description: 'STUN and TURN over UDP; the router forwards it.', example: '3478'}), 3478),
    turns: v.optional(
      port({description: 'TURN over TLS, on the loopback address behind HAProxy.', example: '5349'}),
      5349,
    ),
  }),
  // Clashes are told beside other faults of the group, when its value is not yet what its type says.
  v.rawCheck(({dataset, addIssue}) => {
    const input = dataset.value as Partial<Ports>;
    for (const {name, fault} of findPortClashes(input))
      addIssue({message: fault, path: [{type: 'object', origin: 'value', input, key: name, value: input[name]}]});
  }),
);

const images = v.strictObject({
  repository: v.optional(
    text({description: "Where the four images of Jitsi's own come from.", example: 'ghcr.io/jitsi'}, readRepository),
    'ghcr.io/jitsi',
  ),
  tag: v.optional(
    text({description: 'Their tag: which release of Jitsi runs.', example: 'stable-11146-2'}, readTag),
    'stable-11146-2',
  ),
  coturn: v.optional(
    text({description: "The relay's image with its tag.", example: 'ghcr.io/coturn/coturn:4.17.0-r0'}, readImage),
    'ghcr.io/coturn/coturn:4.17.0-r0',
  ),
});

const memory = v.strictObject({
  videobridge: v.optional(
    text(
      {description: 'The most memory the video bridge may take; auto: a third of RAM, 512m to 3072m.', example: '2g'},
      orAuto(readMemory),
    ),
    'auto',
  ),
  jicofo: v.optional(
    text(
      {description: 'The most memory Jicofo may take; auto: a sixth of RAM, 384m to 1024m.', example: '512m'},
      orAuto(readMemory),
    ),
    'auto',
  ),
});

const acme = v.strictObject({
  directory: v.optional(
    text(
      {
        description: 'The certificate authority, by its ACME directory.',
        example: 'https://acme-staging-v02.api.letsencrypt.org/directory',
      },
      readHttpsUrl,
    ),
    'https://acme-v02.api.letsencrypt.org/directory',
  ),
});

const detection = v.strictObject({
  stun: v.optional(
    list(
      {
        description: 'Servers asked for the public address; two that agree are believed.',
        example: '[stun.example.org:3478]',
      },
      readEndpoint,
    ),
    ['meet-jit-si-turnrelay.jitsi.net:443', 'stun.l.google.com:19302', 'stun.cloudflare.com:3478'],
  ),
  resolvers: v.optional(
    list(
      {description: 'DNS over HTTPS: what the world sees under your names.', example: '[https://dns.google/resolve]'},
      readHttpsUrl,
    ),
    ['https://cloudflare-dns.com/dns-query', 'https://dns.google/resolve'],
  ),
});

const stack = v.strictObject({
  directory: v.optional(
    text(
      {description: 'The directory of the containers; its last part names the compose project.', example: '/srv/jitsi'},
      readDirectory,
    ),
    '/srv/jitsi',
  ),
  subnet: v.optional(
    text(
      {description: "The containers' network; auto: one that is free of every route.", example: '172.28.0.0/24'},
      orAuto(readSubnet),
    ),
    'auto',
  ),
});

const domain = text(
  {
    description: 'The name under which people meet; its DNS leads to your public address.',
    example: 'meet.example.org',
  },
  readDomain,
);

const contact = text(
  {description: 'Your e-mail address: the account at the certificate authority.', example: 'admin@example.org'},
  readEmail,
);

const others = {
  rooms: v.optional(text({description: 'Who may open a room.', example: 'anyone'}, readRooms), 'anyone'),
  timezone: v.optional(
    text({description: "The containers' time zone.", example: 'Europe/Berlin'}, orAuto(readTimeZone)),
    'auto',
  ),
  address: v.optional(address, {}),
  ports: v.optional(ports, {}),
  images: v.optional(images, {}),
  memory: v.optional(memory, {}),
  acme: v.optional(acme, {}),
  detection: v.optional(detection, {}),
  stack: v.optional(stack, {}),
};

/** Everything an owner can ask for: one tree for the file, `--set`, the wizard and `--help`. */
export const schema = v.pipe(
  v.strictObject({domain, contact, turn: v.optional(turn, {}), ...others}),
  v.forward(
    v.partialCheck(
      [['domain'], ['turn']],
      ({domain, turn}) => !turn.enabled || turn.domain !== domain,
      'is the domain of the meetings; HAProxy tells the two apart by their names',
    ),
    ['turn', 'domain'],
  ),
);

type DeepReadonly<T> = T extends object ? {readonly [Key in keyof T]: DeepReadonly<T[Key]>} : T;

/** What the owner asked for, complete and checked; `auto` stands where detection decides. */
export type Settings = DeepReadonly<v.InferOutput<typeof schema>>;

/** The same tree before the owner has said what only an owner can say. */
export const incompleteSchema = v.strictObject({
  domain: v.optional(domain),
  contact: v.optional(contact),
  turn: v.optional(relay, {}),
  ...others,
});

/** Settings in which what is required may be missing: enough to look around with. */
export type IncompleteSettings = DeepReadonly<v.InferOutput<typeof incompleteSchema>>;
