import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {type Blueprint, drawBlueprint} from '../../src/stack/blueprint.ts';
import {renderCompose} from '../../src/stack/compose-file.ts';
import {Unquotable} from '../../src/stack/quoting.ts';
import {sampleHostile} from './hostile.ts';
import {makeInput} from './input.ts';
import {describeWith, findCompose, inDirectory} from './parsers.ts';

const values = sampleHostile(150).filter((_, index) => index % 3 === 0);
const harmless = 'feedface';
// The form that every release of compose accepts.
const blueprint: Blueprint = {...drawBlueprint(makeInput()).blueprint, hasStartInterval: false};
const compose = (await findCompose()) ?? (['docker-compose'] as const);

type Tree = {readonly services: Readonly<Record<string, {image: string; environment?: Record<string, string>}>>};

/** Puts one value into every field of the blueprint that the compose file contains. */
function fill(value: string): Blueprint {
  const {ports, images, memory, network} = blueprint;
  const all = <T extends object>(group: T) => Object.fromEntries(Object.keys(group).map(name => [name, value])) as T;
  const texts = {domain: value, turnDomain: value, publicAddress: value, localAddress: value};
  const options = {web: {AMPLITUDE_ID: value}, jicofo: {MAX_BRIDGE_PARTICIPANTS: value}};
  return {...blueprint, ...texts, options, ports, images: all(images), memory: all(memory), network: all(network)};
}

/** Parses a file and leaves out the digests, which differ. */
function readTree(text: string, version: '1.1' | '1.2'): string {
  return JSON.stringify(parse(text, {version}), (key, value) => (key === 'labels' ? undefined : value));
}

/** Renders the compose file with every value that compose can express. */
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

test.each(['1.1', '1.2'] as const)('the file keeps its structure with any value, in YAML %s', version => {
  expect(projects.length).toBeGreaterThan(100);
  const expected = readTree(renderCompose(fill(harmless)), version);
  for (const {value, text} of projects) {
    const escaped = JSON.stringify(value.replaceAll('$', '$$$$')).slice(1, -1);
    expect(readTree(text, version), value).toBe(expected.split(harmless).join(escaped));
  }
});

describeWith([compose[0]], () => {
  test('compose reads every text as it was, and nothing else', {timeout: 30_000}, async () => {
    // All of them would take compose too long, and it does not print some line breaks of YAML 1.1 as such.
    const some = projects.filter(({value}, index) => index % 4 === 0 && !/[\u0085\u2028\u2029]/.test(value));
    expect(some.length).toBeGreaterThan(30);
    const read = await load(some.map(({text}, index) => pickFocus(text, index)));
    expect(Object.keys(read.services)).toHaveLength(some.length);
    for (const [index, {value}] of some.entries()) {
      const {image, environment} = read.services[`s${index}`] ?? {};
      const {JICOFO_MAX_MEMORY, MAX_BRIDGE_PARTICIPANTS} = environment ?? {};
      // compose prints every $ twice.
      const texts = [image, JICOFO_MAX_MEMORY, MAX_BRIDGE_PARTICIPANTS].map(text => text?.replaceAll('$$', '$'));
      expect(texts).toEqual([`${value}/jicofo:${value}`, value, value]);
      expect(Object.keys(environment ?? {}).sort()).toEqual([
        'JICOFO_AUTH_PASSWORD',
        'JICOFO_ENABLE_HEALTH_CHECKS',
        'JICOFO_MAX_MEMORY',
        'MAX_BRIDGE_PARTICIPANTS',
        'TZ',
      ]);
    }
  });
});

/** Picks the lines of one service, renames it, and removes its network, whose addresses are not real ones. */
function pickFocus(text: string, index: number): string {
  const [, lines = ''] = /^ {2}jicofo:\n((?: {4}.*\n)*)/m.exec(text) ?? [];
  return `  s${index}:\n${lines.replace(/^ {4}networks:\n(?: {6}.*\n)*/m, '')}`;
}

/** Loads a project of these services with compose. */
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
