import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {delimiter} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
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
});

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
