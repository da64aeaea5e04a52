import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';

type Step = {readonly run?: string; readonly uses?: string};
type Job = {
  readonly uses?: string;
  readonly needs?: string;
  readonly permissions?: object;
  readonly steps?: readonly Step[];
};
type Workflow = {readonly on: object; readonly permissions: object; readonly jobs: Readonly<Record<string, Job>>};

const root = new URL('..', import.meta.url).pathname;
const folder = `${root}.github/workflows`;
const names = await readdir(folder);
const read = async (name: string): Promise<Workflow> => parse(await readFile(`${folder}/${name}`, 'utf8'));

const secret = /\bsecrets\b|\bgithub\.token\b/;

/** Whether a job may run code of packages: all scripts but one do, and so do other workflows. */
function runsNpm({uses, steps = []}: Job): boolean {
  const commands = steps.map(({run = ''}) => run).join('\n');
  return uses !== undefined || /\bnp[mx]\b|node_modules|\bscripts\/(?!sign\b)|install\.sh/.test(commands);
}

describe('h5: a release', () => {
  test('shows its key to the job that signs, and to no other', async () => {
    const {jobs} = await read('release.yml');
    const seeing = Object.entries(jobs).filter(([, job]) => /\bsecrets\b|RELEASE_KEY/.test(JSON.stringify(job)));
    expect(seeing.map(([id]) => id)).toEqual(['sign']);
    expect(jobs.sign && runsNpm(jobs.sign)).toBe(false);
    expect(jobs.build && runsNpm(jobs.build)).toBe(true);
  });

  test('is signed only when its tag is on main, and gets nothing but the list', async () => {
    const {jobs} = await read('release.yml');
    const {steps = []} = jobs.sign ?? {};
    const places = [/merge-base --is-ancestor "\$GITHUB_SHA" origin\/main/, /scripts\/sign/].map(pattern =>
      steps.findIndex(({run = ''}) => pattern.test(run)),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    const downloads = steps.filter(({uses}) => uses?.startsWith('actions/download-artifact@'));
    expect(downloads).toMatchObject([{with: {name: 'list'}}]);
  });

  test('s6: becomes the newest in one step, after its draft has every file', async () => {
    const {jobs} = await read('release.yml');
    const writing = Object.entries(jobs).filter(([, {permissions}]) => permissions !== undefined);
    expect(writing.map(([id]) => id)).toEqual(['publish']);
    const commands = jobs.publish?.steps?.flatMap(({run = ''}) => run.match(/^gh .*/gm) ?? []);
    expect(commands).toEqual([
      expect.stringMatching(/^gh release create .* --draft .* release\/\*$/),
      expect.stringMatching(/^gh release edit .* --draft=false --latest$/),
    ]);
  });

  test('is built without scripts that packages bring for their installation', async () => {
    expect((await readFile(`${root}.npmrc`, 'utf8')).split('\n')).toContain('ignore-scripts=true');
  });
});

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

  test('pins every foreign action to a commit, and names its version', async () => {
    const text = await readFile(`${folder}/${name}`, 'utf8');
    const foreign = (text.match(/\buses: .*/g) ?? []).filter(use => !use.startsWith('uses: ./'));
    for (const use of foreign) expect(use).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('never leaves credentials in a checkout', async () => {
    const {jobs} = await read(name);
    const checkouts = Object.values(jobs)
      .flatMap(({steps = []}) => steps)
      .filter(({uses}) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step).toMatchObject({with: {'persist-credentials': false}});
  });

  // Packages of npm run code of many authors, at the latest when they are imported.
  test('h5: no job runs npm and has a secret or a right to write', async () => {
    const {jobs, ...common} = await read(name);
    expect(JSON.stringify(common)).not.toMatch(secret);
    for (const [id, job] of Object.entries(jobs))
      if (secret.test(JSON.stringify(job)) || job.permissions !== undefined) expect(runsNpm(job), id).toBe(false);
  });

  test('has no permission but to read contents', async () => {
    expect((await read(name)).permissions).toEqual({contents: 'read'});
  });
});
