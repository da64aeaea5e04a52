import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';

type Step = {readonly run?: string; readonly uses?: string};
type Job = {readonly uses?: string; readonly needs?: string; readonly steps?: readonly Step[]};
type Workflow = {readonly on: object; readonly permissions: object; readonly jobs: Readonly<Record<string, Job>>};

const root = new URL('..', import.meta.url).pathname;
const folder = `${root}.github/workflows`;
const names = await readdir(folder);
const read = async (name: string): Promise<Workflow> => parse(await readFile(`${folder}/${name}`, 'utf8'));

test('there is a workflow for changes, for releases, and for the published images', () => {
  expect(names.toSorted()).toEqual(['release.yml', 'test.yml', 'weekly.yml']);
});

describe.each(names)('%s', name => {
  test('names only scripts, workflows and jobs that exist', async () => {
    const {jobs} = await read(name);
    for (const {uses, needs, steps = []} of Object.values(jobs)) {
      if (uses !== undefined) expect(existsSync(`${root}${uses}`), uses).toBe(true);
      if (needs !== undefined) expect(Object.keys(jobs)).toContain(needs);
      const scripts = steps.flatMap(({run = ''}) => run.match(/\bscripts\/\S+/g) ?? []);
      for (const script of scripts) expect(existsSync(`${root}${script}`), script).toBe(true);
    }
  });

  test('has commands without faults that ShellCheck finds', async () => {
    const {jobs} = await read(name);
    const commands = Object.values(jobs).flatMap(({steps = []}) => steps.flatMap(({run}) => run ?? []));
    for (const input of commands) {
      const {stdout} = await execa('shellcheck', ['--shell=sh', '-'], {input, reject: false});
      expect(stdout, input).toBe('');
    }
  });

  test('has no permission but to read contents', async () => {
    expect((await read(name)).permissions).toEqual({contents: 'read'});
  });
});
