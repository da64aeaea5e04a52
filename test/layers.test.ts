import {readdir, readFile} from 'node:fs/promises';
import {posix} from 'node:path';
import {expect, test} from 'vitest';
import manifest from '../package.json' with {type: 'json'};

/** Which folders of src a folder may import beside itself, and why no others. */
const arrows: Readonly<Record<string, {readonly may: readonly string[]; readonly why: string}>> = {
  model: {may: [], why: 'the model is what everybody talks about, so it knows nobody'},
  host: {
    may: ['model'],
    why: 'the real machine must be exchangeable for a fake, so it knows only the port it stands behind',
  },
  network: {may: ['model'], why: 'asking the network must work without a machine to install on'},
  resources: {may: ['model'], why: 'a resource reaches the machine through the Host it is given, whichever that is'},
  engine: {may: ['model'], why: 'the engine carries out any resources, so it knows none of them'},
  stack: {may: ['resources', 'network', 'model'], why: 'what is installed is drawn from settings and facts alone'},
  plain: {may: ['model'], why: 'a user interface shows the model and decides nothing'},
  tui: {may: ['model'], why: 'a user interface shows the model and decides nothing'},
  undo: {
    may: ['stack', 'resources', 'engine', 'host', 'model'],
    why: 'undo is drawn from snapshots alone',
  },
  rehearsal: {
    may: ['stack', 'model'],
    why: 'a recorded machine is a Host and a source of events, and knows no real one',
  },
  runs: {
    may: ['undo', 'stack', 'engine', 'host', 'network', 'model'],
    why: 'a run knows neither command line nor user interface',
  },
  commands: {
    may: ['runs', 'rehearsal', 'undo', 'stack', 'engine', 'network', 'plain', 'model'],
    why: 'a command is told which user interface to use',
  },
  '': {
    may: ['commands', 'runs', 'rehearsal', 'undo', 'stack', 'engine', 'host', 'network', 'plain', 'tui', 'model'],
    why: 'only main wires the rooms together',
  },
};

/** Packages that are kept to some folders, and why. */
const reserved: readonly {readonly packages: RegExp; readonly folders: readonly string[]; readonly why: string}[] = [
  {
    packages: /^(react|ink)($|[/-])/,
    folders: ['tui'],
    why: 'only the terminal screens may need React: the worker and the plain lines must not pay for it',
  },
  {
    packages: /^(execa|dockerode|systeminformation|node:child_process)$/,
    folders: ['host'],
    why: 'the machine is behind one port, so that a dry run and a test can take its place',
  },
  {
    packages: /^node:fs($|\/)/,
    // Commands read and write files that are named on the command line.
    folders: ['host', 'engine', 'commands'],
    why: 'the machine is behind one port; the engine alone has files of its own, the journals',
  },
  {
    packages: /^(nodemailer|node:(net|tls|dgram|dns|http|https|http2))($|\/)/,
    folders: ['network', 'host'],
    why: 'only the network folder opens sockets, so that one place knows what is sent where',
  },
];

/** Everything else that the model may use: libraries that compute and do nothing. */
const pure = ['valibot', 'yaml', 'ipaddr.js', 'leven', 'diff', 'node:path', 'node:url', 'node:util'];

test('every import follows the arrows of the design', async () => {
  const names = await readdir('src', {recursive: true});
  const paths = names.filter(name => /\.tsx?$/.test(name)).map(name => `src/${name}`);
  expect(paths.length).toBeGreaterThan(100);
  const faults = await Promise.all(paths.map(async path => findFaults(path, await readFile(path, 'utf8'))));
  expect(faults.flat()).toEqual([]);
});

test.each([
  ['src/model/a.ts', "import {b} from '../host/b.ts';", 'knows nobody'],
  ['src/model/a.ts', "import {readFileSync} from 'node:fs';", 'one port'],
  ['src/model/a.ts', "import {createHash} from 'node:crypto';", 'compute and do nothing'],
  ['src/resources/a.ts', "export type {B} from '../stack/b.ts';", 'through the Host'],
  ['src/stack/checks/a.ts', "import {b} from '../../engine/b.ts';", 'settings and facts alone'],
  ['src/engine/a.ts', "import {file} from '../resources/file.ts';", 'knows none of them'],
  ['src/engine/a.ts', "const execa = await import('execa');", 'one port'],
  ['src/plain/a.ts', "import {useState} from 'react';", 'must not pay'],
  ['src/resources/a.ts', "import 'node:https';", 'opens sockets'],
  ['src/main.tsx', "import {openTui} from './tui/open.tsx';", 'await import()'],
  ['src/new/a.ts', "import {b} from '../model/b.ts';", 'no rule'],
  ['src/model/a.ts', "import {b} from '../../test/b.ts';", 'outside src'],
  ['src/host/a.ts', "import {b} from 'left-pad';", 'package.json'],
])('in %s a wrong %s is found', (path, text, why) => {
  expect(findFaults(path, text)).toEqual([expect.stringContaining(why)]);
});

test.each([
  ['src/main.tsx', "const {openTui} = await import('./tui/open.tsx');"],
  ['src/main.tsx', "import type {Screen} from './tui/display.ts';"],
  ['src/stack/checks/a.ts', "import {b} from '../../model/b.ts';"],
  ['src/tui/screens/a/a.tsx', "import {b} from '../../components/b.tsx';"],
])('in %s a right %s is not', (path, text) => {
  expect(findFaults(path, text)).toEqual([]);
});

type Import = {readonly name: string; readonly isEager: boolean};

/** What is wrong with a source file's imports, each with the reason for the rule. */
function findFaults(path: string, text: string): readonly string[] {
  const faults = listImports(text).map(each =>
    each.name.startsWith('.') ? judgeOwn(path, each) : judgePackage(path, each),
  );
  return faults.filter(fault => fault !== undefined);
}

function listImports(text: string): readonly Import[] {
  const found = text.matchAll(
    /^(?:import|export)( type)?(?:\b[^'";()=]*?\bfrom)? '([^']+)'|(\bimport)\(\s*'([^']+)'/gm,
  );
  return [...found].map(([, type, name, lazily, late = '']) => ({name: name ?? late, isEager: !type && !lazily}));
}

function judgeOwn(path: string, {name, isEager}: Import): string | undefined {
  const target = posix.join(posix.dirname(path), name);
  const [from, to] = [folderOf(path), folderOf(target)];
  const rule = from === undefined ? undefined : arrows[from];
  if (!rule) return `${path} is in a folder that has no rule: say in ${import.meta.filename} what it may import.`;
  // The manifest says which version this is.
  if (target === 'package.json') return undefined;
  if (to === undefined) return `${path} imports ${target}, which is outside src.`;
  if (to === 'tui' && from !== 'tui' && isEager)
    return `${path} imports ${target} eagerly: it is loaded with await import(), so that the worker never pays for it.`;
  return from === to || rule.may.includes(to) ? undefined : `${path} imports ${target}, but ${rule.why}.`;
}

function judgePackage(path: string, {name}: Import): string | undefined {
  const folder = folderOf(path) ?? '';
  const broken = reserved.find(({packages, folders}) => packages.test(name) && !folders.includes(folder));
  if (broken) return `${path} imports ${name}, but ${broken.why}.`;
  if (folder === 'model' && !pure.includes(name))
    return `${path} imports ${name}, but the model uses only libraries that compute and do nothing: ${pure.join(', ')}.`;
  const isKnown = name.startsWith('node:') || Object.hasOwn(manifest.dependencies, name);
  return isKnown ? undefined : `${path} imports ${name}, which is not among the dependencies in package.json.`;
}

/** The folder right below src; empty for the files directly in it. */
function folderOf(path: string): string | undefined {
  const [top, folder, ...rest] = path.split('/');
  if (top !== 'src') return undefined;
  return rest.length === 0 ? '' : folder;
}
