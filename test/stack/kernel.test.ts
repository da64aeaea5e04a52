import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {delimiter} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import type {Command, Host, Output} from '../../src/model/host.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {mmproxyResources, renderGuard} from '../../src/stack/mmproxy.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare, converge} from '../resources/work.ts';
import {assets, makeInput} from './input.ts';
import {findMissing} from './parsers.ts';

const env = {PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`};
const {blueprint} = drawBlueprint(makeInput());
const resources = mmproxyResources(blueprint, assets).filter(({kind}) => /routing|firewall/.test(kind));

const obstacle = await findObstacle();
if (obstacle) console.warn(`Skipped: the kernel's answers about rules: ${obstacle}`);

describe.skipIf(obstacle)(`a network of its own ${obstacle ?? ''}`, () => {
  let network: ChildProcess;
  beforeAll(async () => {
    network = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo up && exec sleep 60'], {env});
    await once(network.stdout ?? network, 'data');
  });
  afterAll(() => network.kill());

  /** Makes a host without files whose commands run in that network. */
  function createHost(): Host {
    const execute = (command: Command) => runInside(network.pid ?? 0, command);
    return {...createMemoryHost(), query: execute, run: execute};
  }

  test('return routes and guard are read as they were set', async () => {
    const host = createHost();
    expect(resources.map(({kind}) => kind)).toEqual(['firewall-rule', 'policy-routing', 'policy-routing']);
    for (const resource of resources) {
      expect(
        (await compare(resource, host)).map(({change}) => change),
        resource.id,
      ).toContain('create');
      await converge(resource, host);
      expect(await compare(resource, host), resource.id).toEqual([]);
    }
  });

  test('removed rules are detected and restored', async () => {
    const host = createHost();
    for (const resource of resources) await converge(resource, host);
    await host.run({argv: ['ip', '-4', 'rule', 'del', 'pref', '12300']});
    await host.run({argv: ['ip', '-6', 'route', 'flush', 'table', '123']});
    await host.run({argv: ['nft', 'flush', 'chain', 'inet', 'jitsi-onebox', 'output']});
    for (const resource of resources) {
      expect(await compare(resource, host), resource.id).toHaveLength(1);
      await converge(resource, host);
      expect(await compare(resource, host), resource.id).toEqual([]);
    }
  });

  test('m3: one source holds a limited number of connections to nginx, and others still get theirs', {
    timeout: 20_000,
  }, async () => {
    const host = createHost();
    for (const resource of resources) await converge(resource, host);
    const far = spawn('unshare', ['--net', 'sh', '-c', 'echo up && exec sleep 60'], {env});
    onTestFinished(() => void far.kill());
    await once(far.stdout, 'data');
    await runIn(
      network,
      `ip link add eth0 type veth peer name eth0 netns ${far.pid}
      ip address add 10.9.0.1/24 dev eth0; ip address add fd00:9::1/16 dev eth0 nodad; ip link set eth0 up`,
    );
    const sources = ['10.9.0.2/24', '10.9.0.3/24', 'fd00:9:0:1::2/16', 'fd00:9:0:2::2/16', 'fd00:9:1::2/16'];
    const add = sources.map(source => `ip address add ${source} dev eth0 ${source.includes(':') ? 'nodad' : ''}`);
    await runIn(far, `${add.join('; ')}; ip link set eth0 up`);
    const server = spawn('nsenter', [`--net=/proc/${network.pid}/ns/net`, process.execPath, '--eval', listening], {
      env,
    });
    onTestFinished(() => void server.kill());
    await once(server.stdout, 'data');
    const {nginx} = blueprint.limits;
    const hold = async (...wanted: readonly (readonly [source: string, to: string, port: number, count: number])[]) =>
      JSON.parse(await runIn(far, `exec '${process.execPath}' --eval "$1" '${JSON.stringify(wanted)}'`, holding));
    expect(
      await hold(
        ['10.9.0.2', '10.9.0.1', 80, nginx + 20],
        ['10.9.0.2', '10.9.0.1', blueprint.ports.https, 5],
        ['10.9.0.3', '10.9.0.1', 80, 5],
      ),
    ).toEqual([nginx, 0, 5]);
    expect(
      await hold(
        ['fd00:9:0:1::2', 'fd00:9::1', blueprint.ports.https, nginx + 20],
        ['fd00:9:0:2::2', 'fd00:9::1', 80, 5],
        ['fd00:9:1::2', 'fd00:9::1', 80, 5],
      ),
    ).toEqual([nginx, 0, 5]);
    for (const resource of resources) expect(await compare(resource, host), resource.id).toEqual([]);
  });
});

/** A program that accepts connections on the ports of nginx. */
const listening = `for (const port of [80, ${blueprint.ports.https}])
  require('node:net').createServer(() => {}).listen({port, host: '::', backlog: 1024}, () => console.log('up'));`;

/** A program that opens connections from each source, keeps them, and prints how many there were within half a second. */
const holding = `(async () => {
  const counts = [];
  for (const [localAddress, host, port, count] of JSON.parse(process.argv[1])) {
    let open = 0;
    for (let index = 0; index < count; index += 1)
      require('node:net').connect({host, port, localAddress}).on('connect', () => (open += 1)).on('error', () => {});
    await new Promise(resolve => setTimeout(resolve, 500));
    counts.push(open);
  }
  console.log(JSON.stringify(counts));
  process.exit();
})();`;

/** Runs a line in the network of a process; $1 is the argument. */
async function runIn({pid}: ChildProcess, line: string, argument = ''): Promise<string> {
  const {stdout} = await execa('nsenter', [`--net=/proc/${pid}/ns/net`, 'sh', '-euc', line, 'sh', argument], {env});
  return stdout;
}

/** Runs a command as a Host would, with the guard's text in place of its file. */
async function runInside(pid: number, {argv}: Command): Promise<Output> {
  const words = argv.map(word => (word === '/etc/jitsi-onebox/guard.nft' ? '-' : word));
  const options = {env, reject: false, input: renderGuard(blueprint, assets)};
  const {exitCode = 1, stdout, stderr} = await execa('nsenter', [`--net=/proc/${pid}/ns/net`, ...words], options);
  return {exitCode, stdout, stderr};
}

async function findObstacle(): Promise<string | undefined> {
  const missing = findMissing('ip', 'nft', 'unshare', 'nsenter');
  if (missing) return missing;
  const probe = 'nft list tables && ip -6 rule show && getent passwd haproxy';
  const {failed} = await execa('unshare', ['--net', 'sh', '-c', probe], {env, reject: false});
  return failed ? 'needs root, a kernel with nftables and IPv6, and the user haproxy' : undefined;
}
