import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {basePath, keepFiles} from '../../src/resources/kept-file.ts';
import {file} from '../../src/resources/path.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';

const path = '/etc/haproxy/haproxy.cfg';
const base = 'one\ntwo\nthree\nfour\nfive\n';
const ours = (content: string) => keepFiles([file({path, title: 'HAProxy', place: 'haproxy', content})], [path]);
const modes = {mode: 0o644, uid: 0, gid: 0};

/** Runs the real diff3 over the files of a host in memory. */
async function runDiff3({files}: MemoryHost, mine: string, then: string, input: string) {
  const folder = await mkdtemp(join(tmpdir(), 'kept-'));
  const names = await Promise.all(
    [mine, then].map(async (name, index) => {
      const copy = join(folder, String(index));
      await writeFile(copy, (await files.read(name)) ?? '');
      return copy;
    }),
  );
  const {promise, resolve} = Promise.withResolvers<{exitCode: number; stdout: string; stderr: string}>();
  const child = execFile('diff3', ['--merge', ...names, '-'], (error, stdout, stderr) =>
    resolve({exitCode: Number(error?.code ?? 0), stdout, stderr}),
  );
  child.stdin?.end(input);
  const output = await promise;
  await rm(folder, {recursive: true});
  return output;
}

async function make(mine: string): Promise<MemoryHost> {
  const host = createMemoryHost({
    files: {[path]: mine},
    commands: {
      diff3: ({argv: [, , own = '', then = ''], input}, it) => runDiff3(it, own, then, String(input)),
    },
  });
  for (const each of ['/var/lib/jitsi-onebox', '/var/lib/jitsi-onebox/kept'])
    await host.files.makeDirectory(each, {...modes, mode: 0o700});
  await host.files.write(basePath(path), base, {...modes, mode: 0o600});
  return host;
}

const planOf = async (host: MemoryHost, content: string) => makePlan({resources: ours(content), host});

test('changes of the user stay as long as ours stays the same', async () => {
  const host = await make(base.replace('five', 'mine'));
  expect((await planOf(host, base)).changes).toEqual([]);
});

test('new lines of ours are merged into the changes of the user', async () => {
  const host = await make(base.replace('five', 'mine'));
  const [change, copy] = (await planOf(host, base.replace('one', 'new'))).changes;
  expect(change?.differences[0]?.text?.after).toBe('new\ntwo\nthree\nfour\nmine\n');
  expect(copy?.id).toBe(`file:${basePath(path)}`);
});

test('a file that nobody changed follows ours', async () => {
  const host = await make(base);
  const [change] = (await planOf(host, base.replace('one', 'new'))).changes;
  expect(change?.differences[0]?.text?.after).toBe(base.replace('one', 'new'));
});

test('changes of the same lines are a problem that names the file', async () => {
  const host = await make(base.replace('one', 'mine'));
  const {problems} = await planOf(host, base.replace('one', 'new'));
  expect(problems).toEqual([
    expect.objectContaining({code: 'merge-conflict', remedy: expect.stringContaining(`doctor --take ${path}`)}),
  ]);
});

test('a file that is gone is written again', async () => {
  const host = await make(base);
  await host.files.remove(path);
  expect((await planOf(host, base)).changes.map(({change}) => change)).toEqual(['create']);
});
