import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {quoteShell} from '../../src/stack/quoting.ts';
import {render} from '../../src/stack/template.ts';

const name = 'meet.example.org';
const template = readFileSync(new URL('../../assets/hooks/renew_meet_cert.sh', import.meta.url), 'utf8');

/** Runs the hook with an nginx that ends with a status and says something, and returns what it leaves behind. */
function deploy(status: number, lineage = name): {exit: number; outcome: string} {
  const directory = mkdtempSync(join(tmpdir(), 'hook-'));
  onTestFinished(() => rmSync(directory, {recursive: true}));
  const outcome = `${directory}/deployments/${name}`;
  const hook = render({template, values: {domain: name, outcome}, quote: quoteShell});
  writeFileSync(`${directory}/nginx`, `#!/bin/sh\n[ ${status} = 0 ] || echo "emerg: 'no'" >&2\nexit ${status}\n`, {
    mode: 0o755,
  });
  writeFileSync(`${directory}/systemctl`, '#!/bin/sh\n', {mode: 0o755});
  const env = {PATH: `${directory}:${process.env.PATH}`, RENEWED_LINEAGE: `/etc/letsencrypt/live/${lineage}`};
  const run = () => {
    try {
      execFileSync('sh', ['-c', hook], {env, stdio: 'ignore'});
      return 0;
    } catch (error) {
      return (error as {status: number}).status;
    }
  };
  const exit = run();
  try {
    return {exit, outcome: readFileSync(outcome, 'utf8')};
  } catch {
    return {exit, outcome: ''};
  }
}

test('a hook writes down that it was done', () => {
  const {exit, outcome} = deploy(0);
  expect(exit).toBe(0);
  expect(outcome).toMatch(/^0 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n\n$/);
});

test('a hook that fails writes down why, and fails', () => {
  const {exit, outcome} = deploy(3);
  expect(exit).toBe(3);
  expect(outcome).toMatch(/^3 \S+Z\nemerg: 'no'\n$/);
});

test('a hook leaves other lineages alone', () => {
  expect(deploy(3, 'other.example.org')).toEqual({exit: 0, outcome: ''});
});
