import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {type Answer, apply, ask, guest} from './lab.ts';
import {readJournal} from './run-files.ts';

/** What a run is drawn from and what it has set up: nothing that a viewer may need. */
const paths = ['/etc/jitsi-onebox/settings.yaml', '/etc/jitsi-onebox', '/srv/jitsi', '/etc/nginx', '/etc/haproxy'];
const elsewhere = '/root/moved-away';

const attach = (how: '--plain' | '--json') => ask('guest', ['jitsi-onebox', 'attach', how]);

/** Renames paths, the settings file before its directory. */
async function moveAway(): Promise<void> {
  await guest(`mkdir ${elsewhere}`);
  for (const [index, path] of paths.entries()) await guest(`mv ${path} ${elsewhere}/${index}`);
}

async function moveBack(): Promise<void> {
  for (const [index, path] of [...paths.entries()].toReversed())
    await guest(`if [ -e ${elsewhere}/${index} ]; then mv ${elsewhere}/${index} ${path}; fi`);
  await guest(`rmdir ${elsewhere}`);
}

describe('viewers of a finished run', () => {
  let before: Answer;

  beforeAll(async () => {
    await requireInstalled();
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
    before = await attach('--plain');
    await moveAway();
  });

  afterAll(moveBack);

  test('have nothing else to read', async () => {
    for (const path of paths) expect((await ask('guest', ['test', '-e', path])).exitCode).toBe(1);
    expect((await ask('guest', ['jitsi-onebox', 'status'])).all).toContain('not-installed');
  });

  test('show all of it, and the report with the address and the ports to forward', async () => {
    expect(before.exitCode).toBe(0);
    expect(before.stdout).toContain('Your meetings are at https://meet.example.test/');
    expect(before.stdout).toMatch(/443\/tcp +to 192\.168\.77\.10/);
    expect(await attach('--plain')).toEqual(before);
  });

  test('print its events', async () => {
    const {exitCode, stdout} = await attach('--json');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual(await readJournal());
  });
});
