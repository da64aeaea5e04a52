import {beforeAll, describe, expect, test} from 'vitest';
import {bootFresh} from './hosts.ts';
import {apply, ask, guest, settingsFile} from './lab.ts';
import {participants} from './participants.ts';

// scripts/test --public brings up the lab for this: with the images as they are published now.
describe.skipIf(process.env.IMAGES !== 'public')('the published images', () => {
  beforeAll(async () => {
    await bootFresh();
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(0);
  });

  test('run in good health', async () => {
    const lines = (await guest("docker ps --format '{{.Image}} {{.Status}}'")).split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^ghcr\.io\/.* Up .* \(healthy\)$/);
  });

  test('pass every check, the proof call included', async () => {
    const {exitCode, stdout} = await ask('guest', ['jitsi-onebox', 'status', '--json']);
    expect(exitCode, stdout).toBe(0);
  });

  test('leave nothing to do for the next run', async () => {
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
  });

  describe('participants', participants);
});
