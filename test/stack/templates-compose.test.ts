import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {type Blueprint, drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose} from '../../src/stack/compose.ts';
import {Unquotable} from '../../src/stack/quoting.ts';
import {sampleHostile} from './hostile.ts';
import {makeInput} from './input.ts';
import {describeWith, findCompose, inDirectory} from './parsers.ts';

const values = sampleHostile(150).filter((_, index) => index % 3 === 0);
const harmless = 'feedface';
// In the form that every release of compose takes.
const blueprint: Blueprint = {...drawBlueprint(makeInput()).blueprint, hasStartInterval: false};
const compose = (await findCompose()) ?? (['docker-compose'] as const);

type Tree = {readonly services: Readonly<Record<string, {image: string; environment?: Record<string, string>}>>};

/** The blueprint with one value for everything that gets into the compose file. */
function fill(value: string): Blueprint {
  const {ports, images, memory, network} = blueprint;
  const all = <T extends object>(group: T) => Object.fromEntries(Object.keys(group).map(name => [name, value])) as T;
  const texts = {domain: value, turnDomain: value, publicAddress: value, localAddress: value};
  return {...blueprint, ...texts, ports, images: all(images), memory: all(memory), network: all(network)};
}

/** What a file says, without the digests, which are different for each. */
function readTree(text: string, version: '1.1' | '1.2'): string {
  return JSON.stringify(parse(text, {version}), (key, value) => (key === 'labels' ? undefined : value));
}

/** The compose file for every value that compose can carry. */
function renderProjects(): readonly {readonly value: string; readonly text: string}[] {
  return values.flatMap(value => {
    try {
      return [{value, text: renderCompose(fill(value))}];
    } catch (error) {
      if (error instanceof Unquotable) return [];
      throw error;
    }
  });
}

const projects = renderProjects();

test.each(['1.1', '1.2'] as const)('the file keeps its structure whatever is in it, in YAML %s', version => {
  expect(projects.length).toBeGreaterThan(100);
  const expected = readTree(renderCompose(fill(harmless)), version);
  for (const {value, text} of projects) {
    const escaped = JSON.stringify(value.replaceAll('$', '$$$$')).slice(1, -1);
    expect(readTree(text, version), value).toBe(expected.split(harmless).join(escaped));
  }
});

describeWith([compose[0]], () => {
  test('compose reads every text as it was, and nothing else beside it', async () => {
    // Its own file with them all would take it long; and some line breaks of YAML 1.1 it does not print as such.
    const some = projects.filter(({value}, index) => index % 4 === 0 && !/[\u0085\u2028\u2029]/.test(value));
    expect(some.length).toBeGreaterThan(30);
    const read = await load(some.map(({text}, index) => pickFocus(text, index)));
    expect(Object.keys(read.services)).toHaveLength(some.length);
    for (const [index, {value}] of some.entries()) {
      const {image, environment} = read.services[`s${index}`] ?? {};
      // It writes every $ twice again.
      expect([image, environment?.JICOFO_MAX_MEMORY].map(text => text?.replaceAll('$$', '$'))).toEqual([
        `${value}/jicofo:${value}`,
        value,
      ]);
      expect(Object.keys(environment ?? {}).sort()).toEqual([
        'JICOFO_AUTH_PASSWORD',
        'JICOFO_ENABLE_HEALTH_CHECKS',
        'JICOFO_MAX_MEMORY',
        'TZ',
      ]);
    }
  });
});

/** The lines of one service, under a name of its own and out of the network, whose addresses are no such. */
function pickFocus(text: string, index: number): string {
  const [, lines = ''] = /^ {2}jicofo:\n((?: {4}.*\n)*)/m.exec(text) ?? [];
  return `  s${index}:\n${lines.replace(/^ {4}networks:\n(?: {6}.*\n)*/m, '')}`;
}

/** What compose makes of a project of these services. */
function load(services: readonly string[]): Promise<Tree> {
  return inDirectory(async directory => {
    await writeFile(join(directory, 'compose.yaml'), `services:\n${services.join('')}`);
    await writeFile(join(directory, '.env'), 'JICOFO_AUTH_PASSWORD=x\n');
    await writeFile(join(directory, '.env_global'), 'TZ=UTC\n');
    const [program, ...options] = [...compose, 'config'] as const;
    const {stdout} = await execa(program, options, {cwd: directory});
    return parse(stdout) as Tree;
  });
}
