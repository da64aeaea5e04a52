import type {Load} from '../../src/model/load.ts';
import type {LogLine} from '../../src/model/log-line.ts';
import type {MapData} from '../../src/model/map.ts';
import type {Change, Plan} from '../../src/model/plan.ts';
import {Problem, type ProblemReport} from '../../src/model/problem.ts';
import type {Question} from '../../src/model/question.ts';
import type {DetectedFact, Forward, Home} from '../../src/model/ui.ts';
import {drawMap} from '../../src/stack/map.ts';

/** What a look at a machine behind a router brings. */
export const detected: readonly DetectedFact[] = [
  {fact: 'System', text: 'Debian GNU/Linux 13 (trixie)', source: '/etc/os-release'},
  {fact: 'Memory', text: '4.1 GB', source: 'systeminformation'},
  {fact: 'Local address', text: '10.20.0.10', source: 'route to the internet'},
  {fact: 'Public address', text: '198.51.100.10', source: 'STUN: two servers agree'},
  {fact: 'NAT', text: 'yes: a router stands between this machine and the internet', source: 'addresses compared'},
  {fact: 'Docker', text: 'not installed', source: 'docker version'},
  {fact: 'Listening', text: '22/tcp sshd, 68/udp systemd-networkd', source: 'ss'},
];

function checkDomain(value: string): Problem | undefined {
  if (/^[^\s.@]+(\.[^\s.@]+)+$/.test(value)) return undefined;
  return new Problem({
    code: 'bad-settings',
    summary: `"${value}" is not a domain.`,
    remedy: 'Type a name with a dot in it, such as meet.example.org.',
  });
}

const load: Load = {
  processor: 0.12,
  cores: 4,
  memory: {used: 1.9e9, total: 8.2e9},
  disk: {used: 12e9, total: 40e9},
  network: {received: 150_000, sent: 425_000},
  containers: [
    {service: 'web', processors: 0.004, memory: 45e6, network: {received: 12_000, sent: 34_000}},
    {service: 'prosody', processors: 0.021, memory: 61e6, network: {received: 12_000, sent: 34_000}},
    {service: 'jicofo', processors: 0.013, memory: 312e6, network: {received: 12_000, sent: 34_000}},
    {service: 'videobridge', processors: 0.35, memory: 498e6, network: {received: 12_000, sent: 34_000}},
    {service: 'turn', processors: 0, memory: 12e6, network: {received: 12_000, sent: 34_000}},
  ],
};

/** Measurements of a host with two meetings; the newest is the last. */
export const loads: readonly Load[] = [0.02, 0.05, 0.4, 0.9, 0.3, 0.12].map(processor => ({...load, processor}));

/** Home with everything that it can show. */
export const home: Home = {
  address: 'https://meet.example.org/',
  title: 'Meet Example',
  versions: 'jitsi-onebox 1.0.0, Jitsi stable-11248',
  lastRun: '2026-11-21 19:04 UTC, done: 61 done',
  update: 'An update of 1 image is available: sudo jitsi-onebox update --now',
  ways: ['logs', 'people', 'sites', 'update', 'backup', 'undo', 'uninstall'],
  outlook: async () => [
    {name: 'Last update', text: '2026-11-20 03:41 UTC; looked for 5 h ago'},
    {name: 'Next', text: 'certbot in 5 h, update in 19 h'},
  ],
  async *load() {
    yield* loads;
  },
  async *meetings() {
    yield {participants: 7, text: '7 participants in 2 meetings now.'};
  },
  async *check() {},
  async *log() {},
};

/** What the parts of a server logged. */
export const logged: readonly LogLine[] = [
  {at: '2026-11-22T08:29:58.000000000Z', place: 'prosody', text: 'c2s55d3 info Client connected'},
  {
    at: '2026-11-22T08:29:59.000000000Z',
    place: 'jicofo',
    text: 'Jicofo 2026-11-22 08:29:59 INFO: Created new conference.',
  },
  {
    at: '2026-11-22T08:30:00.000000000Z',
    place: 'nginx',
    text: 'Reloaded nginx.service - A high performance web server.',
  },
  {at: '2026-11-22T08:30:01.000000000Z', place: 'host', text: 'certbot: No renewals were attempted.'},
];

/** The wizard's questions, one of each kind. */
export const questions: readonly Question[] = [
  {
    key: 'domain',
    title: 'Domain of the meetings',
    help: 'The name that participants type. Its DNS record must lead to this host’s public address, 198.51.100.10.',
    kind: {type: 'text', placeholder: 'meet.example.org'},
    check: checkDomain,
  },
  {
    key: 'contact',
    title: 'Contact for the certificate authority',
    help: 'An e-mail address. Let’s Encrypt writes to it when something is wrong with a certificate; by going on you accept its terms.',
    kind: {type: 'text', placeholder: 'admin@example.org'},
    check: value =>
      value.includes('@')
        ? undefined
        : new Problem({
            code: 'bad-settings',
            summary: `"${value}" is no e-mail address.`,
            remedy: 'Type one with an @, such as admin@example.org.',
          }),
  },
  {
    key: 'turn.enabled',
    title: 'Relay for participants behind strict firewalls?',
    help: 'With it, everybody who can open web pages can take part. It needs a second name.',
    initial: {value: 'true', source: 'the usual choice'},
    kind: {type: 'yes-or-no'},
    check: () => undefined,
  },
  {
    key: 'turn.domain',
    title: 'Domain of the relay',
    help: 'A second name that leads to the same address.',
    kind: {type: 'text', placeholder: 'turn.example.org'},
    suggest: ({domain}) =>
      domain === undefined
        ? undefined
        : {value: domain.replace(/^[^.]+/, 'turn'), source: 'made from the other domain'},
    skip: answers => answers['turn.enabled'] === 'false',
    check: checkDomain,
  },
];

const before = Array.from({length: 60}, (_, line) => `line ${line + 1}`);
const site = before.with(2, 'server_name meet.example.org;').with(40, 'proxy_pass http://127.0.0.1:8289;');

/** A change of a plan; its title is its id without the kind. */
export function change(id: string, place: Change['place'], more: Partial<Change> = {}): Change {
  return {
    id,
    title: id.replace(/^[^:]+:/, ''),
    place,
    kind: id.split(':')[0] ?? '',
    change: 'create',
    differences: [{change: 'create', summary: `write ${id.replace(/^[^:]+:/, '')}`}],
    needs: [],
    locks: [],
    ...more,
  };
}

/** A plan that has something of everything. */
export const plan: Plan = {
  digest: 'sha256:1234',
  changes: [
    change('packages:nginx, haproxy, certbot', 'host', {change: 'create'}),
    change('sysctl:Kernel buffers for UDP media', 'host', {change: 'update'}),
    change('file:/etc/nginx/sites-available/jitsi.conf', 'nginx', {
      change: 'update',
      differences: [
        {
          change: 'update',
          summary: 'change /etc/nginx/sites-available/jitsi.conf',
          content: true,
          text: {before: `${before.join('\n')}\n`, after: `${site.join('\n')}\n`},
        },
        {change: 'update', summary: 'mode of /etc/nginx/sites-available/jitsi.conf: 0600 → 0644'},
      ],
    }),
    change('file:/srv/jitsi/.env', 'host', {
      differences: [{change: 'create', summary: 'write /srv/jitsi/.env', content: true, secret: true}],
    }),
    ...['web', 'prosody', 'jicofo', 'jvb', 'coturn'].map(name =>
      change(`image:ghcr.io/jitsi/${name}:stable-11248`, name === 'coturn' ? 'turn' : 'web', {change: 'pull'}),
    ),
    ...Array.from({length: 12}, (_, at) => change(`unit:service-${at + 1}.service`, 'host', {change: 'start'})),
  ],
  unchanged: ['user:mmproxy', 'directory:/srv/jitsi'],
  unknown: [{id: 'firewall:nftables', reason: 'only root may list its rules'}],
  problems: [],
  warnings: [
    {
      code: 'small-memory',
      summary: 'This machine has 2.0 GB of memory, where 4 GB are advised.',
      remedy: 'Meetings of up to about ten people will work. Give the machine more memory for larger ones.',
    },
  ],
};

/** What stops a plan. */
export const portTaken: ProblemReport = {
  code: 'port-taken',
  summary: 'Port 443 is taken by apache2 (unit apache2.service, package apache2).',
  remedy: 'Stop and disable it with "systemctl disable --now apache2", or move it to another port; then try again.',
};

/** The map of the machine that the samples are about. */
export const map: MapData = drawMap({
  domain: 'meet.example.org',
  hasRelay: true,
  turnDomain: 'turn.example.org',
  ports: {web: 8289, https: 4443, mmproxy: 4444, media: 10_000, stun: 3478, turns: 5349},
  publicAddress: '198.51.100.10',
  localAddress: '10.20.0.10',
});

/** What its router has to do. */
export const forwards: readonly Forward[] = [
  {port: 443, protocol: 'tcp', to: '10.20.0.10', purpose: 'the meeting pages'},
  {port: 10_000, protocol: 'udp', to: '10.20.0.10', purpose: 'sound and pictures'},
];
