import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {renderHook} from '../../src/stack/certificates.ts';

const name = 'meet.example.org';
const assets = (path: string) => readFileSync(new URL(`../../assets/${path}`, import.meta.url), 'utf8');
/** The hooks that only nginx takes part in, and what they are given. */
const hooks = {
  'renew_meet_cert.sh': {domain: name},
  'renew_site_cert.sh': {domains: ['shop.example.org', name]},
} as const;
type Hook = keyof typeof hooks;

/** Runs a hook with an nginx that ends with a status and says something, and returns what it leaves behind. */
function deploy(file: Hook, status: number, lineage = name): {exit: number; outcome: string} {
  const directory = mkdtempSync(join(tmpdir(), 'hook-'));
  onTestFinished(() => rmSync(directory, {recursive: true}));
  const deployments = `${directory}/deployments`;
  const outcome = `${deployments}/${name}`;
  const hook = renderHook(assets, file, {...hooks[file], deployments});
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

describe.each(Object.keys(hooks) as Hook[])('%s', file => {
  test('writes down that it was done', () => {
    const {exit, outcome} = deploy(file, 0);
    expect(exit).toBe(0);
    expect(outcome).toMatch(/^0 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n\n$/);
  });

  test('writes down why it failed, and fails', () => {
    const {exit, outcome} = deploy(file, 3);
    expect(exit).toBe(3);
    expect(outcome).toMatch(/^3 \S+Z\nemerg: 'no'\n$/);
  });

  test('leaves other lineages alone', () => {
    expect(deploy(file, 3, 'other.example.org')).toEqual({exit: 0, outcome: ''});
  });
});
