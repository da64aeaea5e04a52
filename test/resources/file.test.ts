import {expect, test} from 'vitest';
import {Problem} from '../../src/model/problem.ts';
import {noOtherChanges} from '../../src/model/resource.ts';
import {Secret} from '../../src/model/secret.ts';
import {absentDirectory, absentFile, directory, file, link} from '../../src/resources/path.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, mend} from './work.ts';

const path = '/etc/jitsi.conf';
const about = {path, title: 'A file', place: 'host'} as const;
const own = {mode: 0o600, uid: 1000, gid: 1000};
const plain = file({...about, content: 'new\n'});
const secret = file({...about, content: new Secret('hidden\n'), attributes: own});
const onHost = (files: Parameters<typeof createMemoryHost>[0] & object) => () => createMemoryHost(files);

testContract([
  {
    name: 'a missing file',
    resource: plain,
    machine: onHost({files: {'/etc': {directory: true}}}),
    differs: ['create'],
    does: [`write ${path}`],
  },
  {
    name: 'a file with another text',
    resource: plain,
    machine: onHost({files: {[path]: 'old\n'}}),
    differs: ['update'],
    does: [`write ${path}`],
  },
  {
    name: 'a file with another mode',
    resource: plain,
    machine: onHost({files: {[path]: {content: 'new\n', mode: 0o666}}}),
    differs: ['update'],
    does: [`setAttributes ${path}`],
  },
  {
    name: 'a file with another text, mode and owner',
    resource: secret,
    machine: onHost({files: {[path]: 'old\n'}}),
    differs: ['update', 'update', 'update'],
    does: [`write ${path}`],
  },
  {
    name: 'a file that should not be there',
    resource: absentFile(about),
    machine: onHost({files: {[path]: 'old\n'}}),
    differs: ['remove'],
    does: [`remove ${path}`],
  },
  {
    name: 'a missing directory',
    resource: directory({...about, attributes: own}),
    machine: onHost({files: {'/etc': {directory: true}}}),
    differs: ['create'],
    does: [`makeDirectory ${path}`],
  },
  {
    name: 'a directory with another owner',
    resource: directory(about),
    machine: onHost({files: {[path]: {directory: true, uid: 7}}}),
    differs: ['update'],
    does: [`setAttributes ${path}`],
  },
  {
    name: 'a directory that should not be there',
    resource: absentDirectory(about),
    machine: onHost({files: {[`${path}/a/b`]: 'old\n'}}),
    differs: ['remove'],
    does: [`remove ${path}`],
  },
  {
    name: 'a missing link',
    resource: link({...about, target: '/etc/other'}),
    machine: onHost({files: {'/etc': {directory: true}}}),
    differs: ['create'],
    does: [`link ${path}`],
  },
  {
    name: 'a link to elsewhere',
    resource: link({...about, target: '/etc/other'}),
    machine: onHost({files: {[path]: {link: '/etc/old'}}}),
    differs: ['update'],
    does: [`link ${path}`],
  },
]);

test('a difference of mode alone leaves the content as old as it was', async () => {
  const host = createMemoryHost({files: {[path]: {content: 'new\n', mode: 0o600, modified: 1}}});
  const [difference] = await compare(plain, host);
  expect(difference).toEqual({change: 'update', summary: `mode of ${path}: 0600 → 0644`});
  await mend(plain, host);
  expect(host.tree.get(path)).toMatchObject({mode: 0o644, modified: 1});
});

test('a changed text shows before and after, and tells those who read the file', async () => {
  expect(await compare(plain, createMemoryHost({files: {[path]: 'old\n'}}))).toEqual([
    {change: 'update', summary: `change ${path}`, content: true, text: {before: 'old\n', after: 'new\n'}},
  ]);
});

test('a secret shows in no difference, neither the old one nor the new', async () => {
  const differences = await compare(secret, createMemoryHost({files: {[path]: 'former secret\n'}}));
  expect(differences).toContainEqual({change: 'update', summary: `change ${path}`, content: true, secret: true});
  expect(JSON.stringify(differences)).not.toMatch(/hidden|former/);
});

test.each([
  ['file', plain, {[path]: {directory: true}} as const],
  ['file', plain, {[path]: {link: '/etc/other'}}],
  ['link', link({...about, target: '/etc/other'}), {[path]: 'text'}],
  ['directory', directory(about), {[path]: 'text'}],
])('what stands where a %s belongs is never replaced by something else', async (_kind, resource, files) => {
  await expect(compare(resource, createMemoryHost({files}))).rejects.toMatchObject({code: 'path-taken'});
});

/** A file that its program takes only with the word "good" in it. */
function judged(content: string) {
  return file({...about, content, validate: {command: {argv: ['judge', path]}}});
}

async function judge(_command: unknown, host: MemoryHost) {
  const isGood = (await host.files.read(path))?.includes('good') ?? false;
  return {exitCode: isGood ? 0 : 1, stderr: isGood ? '' : 'line 1: bad\n'};
}

test('a text that its program refuses gives way to the old one, and the complaint is told', async () => {
  const host = createMemoryHost({files: {[path]: {content: 'good\n', mode: 0o640}}, commands: {judge}});
  await expect(mend(judged('wrong\n'), host)).rejects.toMatchObject({
    code: 'configuration-refused',
    summary: expect.stringContaining('line 1: bad'),
  });
  expect(host.tree.get(path)).toMatchObject({content: 'good\n', mode: 0o640});
  await mend(judged('good too\n'), host);
  expect(host.tree.get(path)?.content).toBe('good too\n');
});

test('a new text that is refused is gone again', async () => {
  const host = createMemoryHost({files: {'/etc': {directory: true}}, commands: {judge}});
  await expect(mend(judged('wrong\n'), host)).rejects.toBeInstanceOf(Problem);
  expect(host.tree.has(path)).toBe(false);
});

test('a warning may count as a refusal', async () => {
  const complaint = (output: string) => output.split('\n').find(line => line.includes('conflicting'));
  const validate = {command: {argv: ['nginx', '-t'] as const}, complaint};
  const host = createMemoryHost({
    files: {'/etc': {directory: true}},
    commands: {'nginx -t': {exitCode: 0, stderr: 'all is well\n[warn] conflicting server name\n'}},
  });
  await expect(mend(file({...about, content: 'x', validate}), host)).rejects.toMatchObject({
    summary: expect.stringMatching(/restored:\n\[warn\] conflicting server name$/),
  });
  await expect(mend(link({...about, target: '/etc/x', validate}), host)).rejects.toMatchObject({
    code: 'configuration-refused',
  });
  expect(host.tree.has(path)).toBe(false);
});

test('a refused link leads where it led before', async () => {
  const validate = {command: {argv: ['false'] as const}};
  const host = createMemoryHost({files: {[path]: {link: '/etc/old'}}, commands: {false: {exitCode: 1}}});
  await expect(mend(link({...about, target: '/etc/x', validate}), host)).rejects.toMatchObject({
    summary: expect.stringContaining('exit code 1'),
  });
  expect(host.tree.get(path)?.content).toBe('/etc/old');
});

test("somebody else's file stops the plan, but one that is right already is never asked about", async () => {
  const guard = async (current: string) => {
    throw new Problem({code: 'foreign-haproxy', summary: current, remedy: 'Move it.'});
  };
  const guarded = file({...about, content: 'ours\n', guard});
  await expect(compare(guarded, createMemoryHost({files: {[path]: 'theirs\n'}}))).rejects.toMatchObject({
    code: 'foreign-haproxy',
    summary: 'theirs\n',
  });
  expect(await compare(guarded, createMemoryHost({files: {[path]: 'ours\n'}}))).toEqual([]);
  expect(await compare(guarded, createMemoryHost())).toHaveLength(1);
});

test('a file that may not be read says so instead of counting as absent', async () => {
  const host = createMemoryHost({files: {[path]: 'x'}, denied: [path]});
  await expect(plain.read(host)).rejects.toMatchObject({code: 'EACCES'});
  expect(plain.diff({stat: undefined}, noOtherChanges)).toHaveLength(1);
});
