import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type BrowserContextOptions, chromium, type Page} from 'playwright-core';
import {quoteShell} from '../../src/stack/quoting.ts';
import {roots} from '../lab/authority.ts';
import {run} from '../lab/command.ts';
import {enterRoom, type Room} from '../lab/enter.ts';

/** Debian's Chromium in a room of the lab. */
export type Browser = {
  /** Opens an empty page in a profile of its own: two pages are two people. */
  open(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
};

/** Starts Chromium in a room; it trusts what everybody in the lab trusts, and ignores no certificate error. */
export async function openBrowser(room: Room, ...args: readonly string[]): Promise<Browser> {
  const home = await mkdtemp(join(tmpdir(), 'jitsi-onebox-browser-'));
  await trustRoots(home);
  const browser = await chromium.launch({
    executablePath: await writeLauncher(home, room),
    args: [...args],
    env: {HOME: home, PATH: process.env.PATH, LANG: 'en_US.UTF-8'},
  });
  return {
    open: async options => (await browser.newContext(options)).newPage(),
    async close() {
      await browser.close();
      await rm(home, {recursive: true, force: true});
    },
  };
}

/** Keeps a picture of a page, and prints where it is. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const path = join(await mkdtemp(join(tmpdir(), 'jitsi-onebox-picture-')), `${name}.png`);
  await page.screenshot({path});
  console.log(`${page.url()} looks like this: ${path}`);
}

/** Chromium reads the authorities that a user trusts from an NSS database in the home directory. */
async function trustRoots(home: string): Promise<void> {
  const directory = join(home, '.local/share/pki/nssdb');
  await mkdir(directory, {recursive: true});
  const database = ['-d', `sql:${directory}`];
  await run(['certutil', ...database, '-N', '--empty-password']);
  for (const root of roots) await run(['certutil', ...database, '-A', '-a', '-t', 'C,,', '-n', root, '-i', root]);
}

/** Writes a program that starts Chromium in a room, since Playwright takes a file and not a command line. */
async function writeLauncher(home: string, room: Room): Promise<string> {
  const path = join(home, 'chromium');
  const words = enterRoom(room, ['chromium']).map(quoteShell);
  await writeFile(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  await chmod(path, 0o755);
  return path;
}
