import {mkdir} from 'node:fs/promises';
import {aptSocket} from './annex.ts';
import {cache, checkout, dynamicNames, labName, settings} from './places.ts';
import type {Server} from './server.ts';

const dns: Server = {
  name: 'dns',
  namespace: 'internet',
  argv: ['dnsmasq', `--conf-file=${settings}/dnsmasq.conf`],
  listens: {protocol: 'udp', address: '198.51.100.53', port: 53},
};

const authority: Server = {
  name: 'authority',
  namespace: 'internet',
  argv: ['pebble', '-config', `${settings}/pebble.json`, '-dnsserver', '198.51.100.53:53'],
  // A real authority neither sleeps before it validates nor refuses good nonces now and then; and here every order is proven anew.
  environment: {PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0'},
  listens: {protocol: 'tcp', address: '127.0.0.1', port: 15000},
};

/** Another one, whose certificates are valid for 80 seconds; it is also the first one's staging. */
const briefAuthority: Server = {
  ...authority,
  name: 'brief-authority',
  argv: ['pebble', '-config', `${settings}/pebble-brief.json`, '-dnsserver', '198.51.100.53:53'],
  listens: {protocol: 'tcp', address: '127.0.0.1', port: 15_001},
};

/** The provider of names that follow an address. */
const dynamicDns: Server = {
  name: 'dynamic-dns',
  namespace: 'internet',
  argv: [process.execPath, '--disable-warning=ExperimentalWarning', `${checkout}/test/lab/dynamic-dns.ts`],
  listens: {protocol: 'tcp', address: '198.51.100.12', port: 443},
};

const front: Server = {
  name: 'front',
  namespace: 'internet',
  argv: ['nginx', '-e', 'stderr', '-c', `${settings}/front.conf`],
  listens: {protocol: 'tcp', address: '198.51.100.3', port: 443},
};

const resolver: Server = {
  name: 'resolver',
  namespace: 'internet',
  argv: [process.execPath, '--disable-warning=ExperimentalWarning', `${checkout}/test/lab/resolver.ts`],
  listens: {protocol: 'tcp', address: '127.0.0.1', port: 8053},
};

const registry: Server = {
  name: 'registry',
  namespace: 'internet',
  argv: ['docker-registry', 'serve', `${settings}/registry.yml`],
  // Telemetry of newer releases would ask for a collector.
  environment: {OTEL_TRACES_EXPORTER: 'none'},
  listens: {protocol: 'tcp', address: '198.51.100.2', port: 443},
};

const stun: Server = {
  name: 'stun',
  namespace: 'internet',
  argv: ['turnserver', '-c', `${settings}/turnserver.conf`],
  listens: {protocol: 'udp', address: '198.51.100.8', port: 443},
};

const aptCache: Server = {
  name: 'apt-cache',
  namespace: 'machine',
  // A second lab has no way out; it uses the cache of the first.
  argv:
    labName === 'first'
      ? ['apt-cacher-ng', '-c', `${settings}/apt-cacher-ng`]
      : ['socat', 'TCP-LISTEN:3142,bind=198.18.0.1,reuseaddr,fork', `UNIX-CONNECT:${aptSocket}`],
  listens: {protocol: 'tcp', address: '198.18.0.1', port: 3142},
};

/** The servers on the lab's internet, and the apt cache behind it. */
export const servers: readonly Server[] = [
  dns,
  authority,
  briefAuthority,
  front,
  dynamicDns,
  resolver,
  registry,
  stun,
  aptCache,
];

/** Makes the directories of caches that servers fill. */
export async function makeCaches(): Promise<void> {
  // The DNS reads it as nobody.
  await mkdir(dynamicNames, {recursive: true, mode: 0o755});
  await Promise.all(['apt', 'registry', 'bases', 'images'].map(name => mkdir(`${cache}/${name}`, {recursive: true})));
}
