import {createHash} from 'node:crypto';
import * as v from 'valibot';
import type {Engine} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {query, readIfAllowed} from './ask.ts';

type DaemonSettings = Pick<Engine, 'settings' | 'broken'>;

/** The settings that decide how containers are reached, who they are, and where they are kept. */
const telling = [
  'iptables',
  'ip6tables',
  'userland-proxy',
  'userns-remap',
  'data-root',
  'live-restore',
  'default-address-pools',
  'firewall-backend',
  'hosts',
];

/** Those that are on or off. */
const switches = ['iptables', 'ip6tables', 'userland-proxy', 'live-restore'];

/** Reads a boolean as Go does. */
const readSwitch = (value: string) =>
  /^(0|f|false)$/i.test(value) ? 'false' : /^(1|t|true)$/i.test(value) ? 'true' : value;

/** Options of the command line that have another name in the file. */
const optionNames: Readonly<Record<string, string>> = {
  'default-address-pool': 'default-address-pools',
  H: 'hosts',
  host: 'hosts',
  g: 'data-root',
  graph: 'data-root',
};

/** Where Debian's and Docker's own units let the Engine listen. */
const usualHosts = ['fd://', 'unix:///var/run/docker.sock', 'unix:///run/docker.sock'];

/** Reads the settings of docker.service: those of its command line, and of its file. */
export async function readDaemonSettings(host: Host): Promise<DaemonSettings> {
  const options = parseOptions(await readArguments(host));
  const path = options.find(([name]) => name === 'config-file')?.[1] ?? '/etc/docker/daemon.json';
  const file = v.safeParse(daemonFile, (await readIfAllowed(host, path)) ?? '{}');
  const ofFile = file.success ? Object.entries(file.output) : [];
  const made = [
    ...ofFile.map(([name, value]) => ({name, value: asText(value), source: path})),
    ...options.map(([name, value]) => ({
      name,
      value: switches.includes(name) ? readSwitch(value) : value,
      source: 'the command line of docker.service',
    })),
  ];
  return {
    settings: made.filter(({name, value}) => telling.includes(name) && !usualHosts.includes(value)),
    broken: file.success ? null : path,
  };
}

// An empty file is as good as none; the mark of a file from Windows is skipped.
const daemonFile = v.pipe(
  v.string(),
  v.transform(text => (text.trim() === '' ? '{}' : text.replace(/^\uFEFF/, ''))),
  v.parseJson(),
  v.check(value => !Array.isArray(value)),
  v.record(v.string(), v.unknown()),
);

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Reads the words that start the Engine: those of the running process, or those of its unit. */
async function readArguments(host: Host): Promise<readonly string[]> {
  const properties = '--property=MainPID,ExecStart';
  const {stdout} = await query(host, 'systemctl', 'show', 'docker.service', properties);
  const [, pid = '0'] = /^MainPID=(\d+)$/m.exec(stdout) ?? [];
  const running = pid === '0' ? undefined : await readIfAllowed(host, `/proc/${pid}/cmdline`);
  if (running !== undefined) return running.split('\0');
  const [, line = ''] = /^ExecStart=.*?argv\[\]=(.*?) ;/m.exec(stdout) ?? [];
  const options = (await readIfAllowed(host, '/etc/default/docker')) ?? '';
  const [, words = ''] = /^\s*DOCKER_OPTS=["']?([^"'\n]*)/m.exec(options) ?? [];
  return line.replace('$DOCKER_OPTS', words).split(/\s+/);
}

/** Parses `--name=value`, `--name value` and `--name`, which means true. */
function parseOptions(words: readonly string[]): readonly (readonly [string, string])[] {
  return words.flatMap((word, index) => {
    const [, name, value] = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) return [];
    const next = words[index + 1] ?? '';
    const found = value ?? (next === '' || next.startsWith('-') ? 'true' : next);
    return [[optionNames[name] ?? name, found.replace(/^["']|["']$/g, '')] as const];
  });
}

const endpoint = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({Endpoints: v.object({docker: v.object({Host: v.string()})})}),
);

const clientFile = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    currentContext: v.optional(v.string()),
    proxies: v.optional(v.record(v.string(), v.record(v.string(), v.unknown()))),
  }),
);

const clientPath = '/root/.docker/config.json';

/** Reads what root's docker commands are told: another host to go to, and proxies for containers. */
export async function readClient(host: Host): Promise<Pick<Engine, 'elsewhere' | 'proxies'>> {
  const read = v.safeParse(clientFile, await readIfAllowed(host, clientPath));
  const {currentContext, proxies = {}} = read.success ? read.output : {};
  const given = proxies[usualHosts[1] ?? ''] ?? proxies.default ?? {};
  const names = Object.entries(given).flatMap(([name, value]) => (value ? (proxyVariables[name] ?? []) : []));
  return {elsewhere: await findElsewhere(host, currentContext), proxies: names.toSorted()};
}

/** The variables that the client makes of its settings; where no proxy is asked does not matter here. */
const proxyVariables: Readonly<Record<string, string>> = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
};

async function findElsewhere(host: Host, current: string | undefined): Promise<Engine['elsewhere']> {
  const environments = ['/proc/self/environ', '/etc/environment'] as const;
  for (const path of environments) {
    const text = (await readIfAllowed(host, path)) ?? '';
    const [, value = ''] = /(?:^|[\0\n])(?:export )?DOCKER_HOST=["']?([^"'\0\n]+)/.exec(text) ?? [];
    const source = path === '/etc/environment' ? `DOCKER_HOST in ${path}` : 'DOCKER_HOST of this shell';
    if (value !== '') return isHere(value) ? null : {host: value, source};
  }
  return findContext(host, current);
}

async function findContext(host: Host, current: string | undefined): Promise<Engine['elsewhere']> {
  // This variable counts more than the file.
  const environment = (await readIfAllowed(host, '/proc/self/environ')) ?? '';
  const [, chosen] = /(?:^|\0)DOCKER_CONTEXT=([^\0]+)/.exec(environment) ?? [];
  const name = chosen ?? current ?? '';
  if (name === 'default' || name === '') return null;
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = await readIfAllowed(host, `/root/.docker/contexts/meta/${digest}/meta.json`);
  const read = v.safeParse(endpoint, meta);
  const target = read.success ? read.output.Endpoints.docker.Host : 'an unknown host';
  const source = `context ${name} ${chosen === undefined ? `in ${clientPath}` : 'of DOCKER_CONTEXT'}`;
  return isHere(target) ? null : {host: target, source};
}

const isHere = (target: string) => usualHosts.includes(target);
