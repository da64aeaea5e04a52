import {expect, test} from 'vitest';
import {Problem} from '../../src/model/problem.ts';
import {noOtherChanges} from '../../src/model/resource.ts';
import {Secret} from '../../src/model/secret.ts';
import {absentDirectory, absentFile, directory, file, link} from '../../src/resources/path.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {testContract} from './contract.ts';
import {compare, converge} from './work.ts';

const path = '/etc/jitsi.conf';
const about = {path, title: 'A file', place: 'host'} as const;
const own = {mode: 0o600, uid: 1000, gid: 1000};
const plain = file({...about, content: 'new\n'});
const secret = file({...about, content: new Secret('hidden\n'), attributes: own});
const onHost = (files: Parameters<typeof createMemoryHost>[0] & object) => () => createMemoryHost(files);

test('the text of a private file is hidden, unless it says otherwise', async () => {
  const host = createMemoryHost({files: {[path]: {content: 'old\n', ...own}}});
  const text = {before: 'old\n', after: 'new\n'};
  for (const [options, shown] of [
    [{}, {secret: true}],
    [{showsText: true}, {text}],
    [{showsText: true, content: new Secret('new\n')}, {secret: true}],
  ] as const)
    expect(await compare(file({...about, content: 'new\n', attributes: own, ...options}), host)).toEqual([
      {change: 'update', summary: `change ${path}`, content: true, ...shown},
    ]);
});

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
    name: 'a link with another target',
    resource: link({...about, target: '/etc/other'}),
    machine: onHost({files: {[path]: {link: '/etc/old'}}}),
    differs: ['update'],
    does: [`link ${path}`],
  },
]);

test('a change of mode alone leaves the modification time', async () => {
  const host = createMemoryHost({files: {[path]: {content: 'new\n', mode: 0o600, modified: 1}}});
  const [difference] = await compare(plain, host);
  expect(difference).toEqual({change: 'update', summary: `mode of ${path}: 0600 → 0644`});
  await converge(plain, host);
  expect(host.tree.get(path)).toMatchObject({mode: 0o644, modified: 1});
});

test('a changed text shows before and after, and is marked for readers of the file', async () => {
  expect(await compare(plain, createMemoryHost({files: {[path]: 'old\n'}}))).toEqual([
    {change: 'update', summary: `change ${path}`, content: true, text: {before: 'old\n', after: 'new\n'}},
  ]);
});

test('no difference shows a secret, old or new', async () => {
  const differences = await compare(secret, createMemoryHost({files: {[path]: 'previous secret\n'}}));
  expect(differences).toContainEqual({change: 'update', summary: `change ${path}`, content: true, secret: true});
  expect(JSON.stringify(differences)).not.toMatch(/hidden|previous/);
});

test.each([
  ['file', plain, {[path]: {directory: true}} as const],
  ['file', plain, {[path]: {link: '/etc/other'}}],
  ['link', link({...about, target: '/etc/other'}), {[path]: 'text'}],
  ['directory', directory(about), {[path]: 'text'}],
])('another kind of path is never replaced with a %s', async (_kind, resource, files) => {
  await expect(compare(resource, createMemoryHost({files}))).rejects.toMatchObject({code: 'path-taken'});
});

/** Makes a file that its program accepts only with the word "good" in it. */
function judged(content: string) {
  return file({...about, content, validate: {command: {argv: ['judge', path]}}});
}

async function judge(_command: unknown, host: MemoryHost) {
  const isGood = (await host.files.read(path))?.includes('good') ?? false;
  return {exitCode: isGood ? 0 : 1, stderr: isGood ? '' : 'line 1: bad\n'};
}

test('a refused text is replaced with the old one, and the complaint is reported', async () => {
  const host = createMemoryHost({files: {[path]: {content: 'good\n', mode: 0o640}}, commands: {judge}});
  await expect(converge(judged('wrong\n'), host)).rejects.toMatchObject({
    code: 'configuration-refused',
    summary: expect.stringContaining('line 1: bad'),
  });
  expect(host.tree.get(path)).toMatchObject({content: 'good\n', mode: 0o640});
  await converge(judged('good too\n'), host);
  expect(host.tree.get(path)?.content).toBe('good too\n');
});

test('a new file that is refused is removed', async () => {
  const host = createMemoryHost({files: {'/etc': {directory: true}}, commands: {judge}});
  await expect(converge(judged('wrong\n'), host)).rejects.toBeInstanceOf(Problem);
  expect(host.tree.has(path)).toBe(false);
});

test('a warning may count as a refusal', async () => {
  const complaint = (output: string) => output.split('\n').find(line => line.includes('conflicting'));
  const validate = {command: {argv: ['nginx', '-t'] as const}, complaint};
  const host = createMemoryHost({
    files: {'/etc': {directory: true}},
    commands: {'nginx -t': {exitCode: 0, stderr: 'all is well\n[warn] conflicting server name\n'}},
  });
  await expect(converge(file({...about, content: 'x', validate}), host)).rejects.toMatchObject({
    summary: expect.stringMatching(/restored:\n\[warn\] conflicting server name$/),
  });
  await expect(converge(link({...about, target: '/etc/x', validate}), host)).rejects.toMatchObject({
    code: 'configuration-refused',
  });
  expect(host.tree.has(path)).toBe(false);
});

test('a refused link gets its old target back', async () => {
  const validate = {command: {argv: ['false'] as const}};
  const host = createMemoryHost({files: {[path]: {link: '/etc/old'}}, commands: {false: {exitCode: 1}}});
  await expect(converge(link({...about, target: '/etc/x', validate}), host)).rejects.toMatchObject({
    summary: expect.stringContaining('exit code 1'),
  });
  expect(host.tree.get(path)?.content).toBe('/etc/old');
});

test('a foreign file stops the plan, unless it is already correct', async () => {
  const guard = async (current: string) => {
    throw new Problem({code: 'foreign-haproxy', summary: current, remedy: 'Move it.'});
  };
  const guarded = file({...about, content: 'ours\n', guard});
  await expect(compare(guarded, createMemoryHost({files: {[path]: 'foreign\n'}}))).rejects.toMatchObject({
    code: 'foreign-haproxy',
    summary: 'foreign\n',
  });
  expect(await compare(guarded, createMemoryHost({files: {[path]: 'ours\n'}}))).toEqual([]);
  expect(await compare(guarded, createMemoryHost())).toHaveLength(1);
});

test('an unreadable file is an error and does not count as absent', async () => {
  const host = createMemoryHost({files: {[path]: 'x'}, denied: [path]});
  await expect(plain.read(host)).rejects.toMatchObject({code: 'EACCES'});
  expect(plain.diff({stat: undefined}, noOtherChanges)).toHaveLength(1);
});
