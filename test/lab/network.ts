import {readFile} from 'node:fs/promises';
import {ask, run} from './command.ts';
import {type Namespace, namespacePath, namespaces, settings} from './places.ts';

/** Prefixes a command so that it runs in a namespace of the lab. */
export function within(namespace: Namespace, argv: readonly string[]): string[] {
  return ['nsenter', `--net=${namespacePath(namespace)}`, ...argv];
}

/** Makes the network: the internet with a participant, the router, and the network behind it. */
export async function layNetwork(): Promise<void> {
  await run(['ip', '-batch', `${settings}/network/machine.batch`]);
  const places = ['switch', 'internet', 'outside', 'router', 'lan'] as const;
  await Promise.all(places.map(configure));
  await Promise.all([forward('internet'), forward('router')]);
}

/** Gives the guest a new network namespace, as after a real boot. */
export async function plugGuest(): Promise<void> {
  await unplugGuest();
  await run(['ip', '-batch', `${settings}/network/guest.batch`]);
  await run(['ip', '-n', 'onebox-switch', 'link', 'set', 'host', 'master', 'home', 'up']);
}

/** Removes the guest's network namespace with everything in it. */
export async function unplugGuest(): Promise<void> {
  // The far end goes at once; the kernel takes its time over the namespace.
  await ask(['ip', '-n', 'onebox-switch', 'link', 'delete', 'host']);
  await ask(['ip', 'netns', 'delete', 'onebox-host']);
}

/** Removes all parts of the network that exist. */
export async function removeNetwork(): Promise<void> {
  await ask(['ip', 'link', 'delete', 'onebox-apt']);
  await Promise.all(namespaces.map(namespace => ask(['ip', 'netns', 'delete', `onebox-${namespace}`])));
}

/** Gives the router another public address, and its rules for it. */
export async function renumberRouter(address: string): Promise<void> {
  const rules = await readFile(`${settings}/router.nft`, 'utf8');
  const router = ['ip', '-n', 'onebox-router'];
  await run([...router, 'address', 'flush', 'dev', 'wan0', 'scope', 'global']);
  await run([...router, 'address', 'add', `${address}/24`, 'dev', 'wan0']);
  await run([...router, 'route', 'replace', 'default', 'via', '198.51.100.254']);
  await run(within('router', ['nft', '-f', '-']), {
    input: `flush ruleset\n${rules.replaceAll('198.51.100.10', address)}`,
  });
}

/** Lists the processes in a namespace of the lab. */
export async function listInhabitants(namespace: Namespace): Promise<number[]> {
  const pids = await ask(['ip', 'netns', 'pids', `onebox-${namespace}`]);
  return (pids ?? '').split('\n').filter(Boolean).map(Number);
}

/** Checks whether something listens there. */
export async function isListening(
  namespace: Namespace | 'machine',
  {protocol, address, port}: {protocol: 'tcp' | 'udp'; address: string; port: number},
): Promise<boolean> {
  const argv = ['ss', '-Hln', protocol === 'tcp' ? '-t' : '-u', 'src', `${address}:${port}`];
  const found = await ask(namespace === 'machine' ? argv : within(namespace, argv));
  return found !== undefined && found !== '';
}

async function configure(namespace: Namespace): Promise<void> {
  await run(['ip', '-n', `onebox-${namespace}`, '-batch', `${settings}/network/${namespace}.batch`]);
}

async function forward(namespace: 'internet' | 'router'): Promise<void> {
  await run(within(namespace, ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1']));
  await run(within(namespace, ['nft', '-f', `${settings}/${namespace}.nft`]));
}
