import {expect, test} from 'vitest';
import {createReadOnlyHost} from '../../src/host/read-only.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const attributes = {mode: 0o644, uid: 0, gid: 0};

test('every change is refused, and queries are answered', async () => {
  const machine = createMemoryHost({files: {'/etc/hosts': 'localhost'}, commands: {true: ''}});
  const host = createReadOnlyHost(machine);
  const changes = [
    host.run({argv: ['true']}),
    host.files.write('/etc/x', '', attributes),
    host.files.setAttributes('/etc/hosts', attributes),
    host.files.makeDirectory('/etc/y', attributes),
    host.files.link('/etc/z', '/etc/hosts'),
    host.files.remove('/etc/hosts'),
    host.docker.pull('image', {onProgress() {}}),
  ];
  for (const result of await Promise.allSettled(changes)) {
    expect(result).toMatchObject({status: 'rejected', reason: {message: expect.stringContaining('only reads')}});
  }
  expect(machine.changes).toEqual([]);
  expect(await host.files.read('/etc/hosts')).toBe('localhost');
  expect((await host.query({argv: ['true']})).exitCode).toBe(0);
});
