import {mkdir} from 'node:fs/promises';
import {aptSocket} from './annex.ts';
import {cache, checkout, labName, settings} from './places.ts';
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
  // A real authority neither sleeps before it validates nor refuses good nonces now and then.
  environment: {PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0'},
  listens: {protocol: 'tcp', address: '127.0.0.1', port: 15000},
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
export const servers: readonly Server[] = [dns, authority, front, resolver, registry, stun, aptCache];

/** Makes the directories of caches that servers fill. */
export async function makeCaches(): Promise<void> {
  await Promise.all(['apt', 'registry', 'bases', 'images'].map(name => mkdir(`${cache}/${name}`, {recursive: true})));
}
