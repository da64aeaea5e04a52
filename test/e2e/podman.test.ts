import {beforeAll, describe, expect, test} from 'vitest';
import {bootFresh} from './hosts.ts';
import {apply, ask, guest, settingsFile} from './lab.ts';
import {installPackages} from './others.ts';
import {participants} from './participants.ts';
import {status} from './proof.ts';
import {undo} from './undone.ts';

/** podman's usual driver does not work on the layered disk of a guest of the lab. */
const storage = `[storage]
driver = "vfs"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
`;

describe('a host with podman in the place of Docker, whose package is given up by name', () => {
  beforeAll(async () => {
    await bootFresh();
    await installPackages('podman-docker');
    await guest('cat > /etc/containers/storage.conf', storage);
    await guest('systemctl enable --now podman.socket 2>&1');
    expect(await guest('docker --version 2>&1')).toContain('podman version');
  });

  test('without that consent nothing is installed', async () => {
    const {exitCode, all} = await apply('--settings', settingsFile);
    expect(exitCode, all).toBe(1);
    expect(all).toContain('--take-over podman-docker');
    expect(await guest('docker --version')).toContain('podman');
  });

  test('with it Docker is installed, and every check passes', async () => {
    const {exitCode, all} = await apply('--settings', settingsFile, '--take-over', 'podman-docker');
    expect(exitCode, all).toBe(0);
    expect(await guest('docker --version')).toMatch(/^Docker version/);
    const {checks, codes} = await status();
    expect(codes('warning', 'failed', 'unknown'), JSON.stringify(checks)).toEqual(['udp-buffers']);
  });

  describe('participants', participants);

  test('podman stays, and an undo with its packages puts it back in the place of Docker', async () => {
    await guest('podman --version');
    const {exitCode, all} = await undo('--packages');
    expect(exitCode, all).toBe(0);
    expect((await ask('guest', ['docker', '--version'])).all).toContain('podman');
  });
});
