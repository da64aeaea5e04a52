import {expect, test} from 'vitest';
import type {Command} from '../../src/model/host.ts';
import {restoreParameter, sysctl} from '../../src/resources/sysctl.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, converge, required} from './work.ts';

const buffers = sysctl({values: {'net.core.rmem_max': '10485760', 'net.core.netdev_max_backlog': '100000'}, needs: []});

function createProc(files: Readonly<Record<string, {content: string; mode: number}>>): MemoryHost {
  return createMemoryHost({
    files: Object.fromEntries(Object.entries(files).map(([key, seed]) => [`/proc/sys/net/core/${key}`, seed])),
    commands: {
      'sysctl -q -w': async ({argv}: Command, {tree}) => {
        const [key = '', value = ''] = argv.at(-1)?.split('=') ?? [];
        const path = `/proc/sys/${key.replaceAll('.', '/')}`;
        const entry = tree.get(path);
        if (entry) tree.set(path, {...entry, content: `${value}\n`});
        return '';
      },
    },
  });
}

const small = {content: '212992\n', mode: 0o644};

testContract([
  {
    name: 'kernel parameters of which one is too small',
    resource: buffers,
    machine: () => createProc({rmem_max: small, netdev_max_backlog: {content: '100000\n', mode: 0o644}}),
    differs: ['update'],
    does: ['run sysctl -q -w net.core.rmem_max=10485760'],
  },
  {
    name: 'a snapshot of a kernel parameter',
    resource: required(
      restoreParameter({thing: 'sysctl', name: 'net.ipv4.ip_forward', was: {type: 'value', value: '0'}}),
    ),
    machine: () => {
      const proc = '/proc/sys/net/ipv4/ip_forward';
      const set = (_command: unknown, {files}: MemoryHost) =>
        files.write(proc, '0\n', {mode: 0o644, uid: 0, gid: 0}).then(() => '');
      return createMemoryHost({files: {[proc]: '1\n'}, commands: {'sysctl -q': set}});
    },
    differs: ['update'],
    does: ['run sysctl -q -w net.ipv4.ip_forward=0', 'write /proc/sys/net/ipv4/ip_forward'],
  },
]);

test('a parameter that the admin has made larger is kept', async () => {
  const host = createProc({rmem_max: {content: '26214400\n', mode: 0o644}});
  expect(await compare(buffers, host)).toEqual([]);
});

test('missing and read-only parameters are left alone', async () => {
  const host = createProc({rmem_max: {content: '212992\n', mode: 0o444}});
  await converge(buffers, host);
  expect(host.changes).toEqual([]);
});
