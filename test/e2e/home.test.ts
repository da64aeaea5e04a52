import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {findLastChild} from '../tui/processor.ts';
import {openTerminal, type Terminal} from '../tui/terminal.ts';
import {requireInstalled} from './hosts.ts';
import {ask, guest, idOf} from './lab.ts';

const door = new URL('../../scripts/lab', import.meta.url).pathname;
const script = new URL('meeting.ts', import.meta.url).pathname;
const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
let terminal: Terminal;

beforeAll(async () => {
  await requireInstalled();
  terminal = openTerminal({argv: [door, 'guest', 'jitsi-onebox'], columns: 80, rows: 24});
});
afterAll(async () => {
  terminal.kill('SIGKILL');
  await guest('rm -f /root/jitsi-onebox-*.backup');
});

/** Milliseconds of processor that a process and the ended ones that it started have taken. */
async function readUsed(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

test('home shows the meetings, the load of host and containers, certificates and timers', async () => {
  const meeting = execa(door, ['outside', node, '--use-system-ca', script, '2'], {stdin: 'pipe', reject: false});
  await Promise.race([once(meeting.stdout, 'data'), meeting]);
  await terminal.until(/2 participants in 1 meeting now/, 60);
  meeting.stdin.end();
  const screen = await terminal.until(/prosody +[▁-█ ]+ [\d.]+ % +\d[\d.]* MB/, 20);
  expect(screen).toMatch(/Processor +[▁-█]+ [\d.]+ % of/);
  expect(screen).toMatch(/Memory +[▁-█]+ [\d.]+ GB of [\d.]+ GB/);
  expect(screen).toMatch(/Network +[▁-█]+ in [\d.]+ \wbit\/s, out/);
  expect(screen).toMatch(/Disk +[▁-█]+ [\d.]+ GB of/);
  for (const service of ['web', 'jicofo', 'videobridge', 'turn']) expect(screen).toContain(service);
  expect(screen).toMatch(/Certificate +The certificate of meet\.example\.test is valid for \d+ more days/);
  expect(screen).toMatch(/Next +(certbot|update) in \d+ (h|min)/);
  await meeting;
});

test('the refreshes take under 3 % of a processor', async () => {
  // The checks are over.
  await terminal.until(/https:\S+\s*$/m, 90);
  const pid = await findLastChild(terminal.pid);
  const before = await readUsed(pid);
  await sleep(20_000);
  const share = ((await readUsed(pid)) - before) / 20_000;
  console.log(`Home took ${(share * 100).toFixed(2)} % of a processor over 20 s, with the programs that it started.`);
  expect(share).toBeLessThan(0.03);
});

test('in a window of 40×12, arrows show the rest, and ? explains the keys', async () => {
  terminal.resize(40, 12);
  await terminal.until(/Processor/);
  terminal.type('\x1b[B'.repeat(20));
  await terminal.until(/certbot in|update in/);
  terminal.type('?');
  await terminal.until(/c change the settings/);
  terminal.type('G');
  await terminal.until(/x remove the server/);
  terminal.type('q');
  terminal.resize(80, 24);
  await terminal.until(/x uninstall/);
});

test('a taller window has charts of each container’s network, and s shows the other sites', async () => {
  terminal.resize(80, 34);
  await terminal.until(/videobridge .* MB +[▁-█ ]+ +[▁-█ ]+ [\d.]+ \wbit\/s/, 20);
  terminal.resize(80, 24);
  terminal.type('s');
  await terminal.until(/There are no other sites yet/, 20);
  terminal.type('awww.example.test\r');
  await terminal.until(/Type a domain, and its destination/);
  terminal.type('\x1b');
  await terminal.until(/a add/);
  terminal.type('q');
  await terminal.until(/x uninstall/, 20);
});

test('the logs follow, with search and filter', async () => {
  terminal.type('l');
  await terminal.until(/prosody {5}[\s\S]*Logs|Logs[\s\S]*prosody {5}/, 20);
  await guest('systemctl reload nginx');
  await terminal.until(/nginx +Reloaded nginx/, 15);
  terminal.type('f');
  const filtered = await terminal.until(/Logs: nginx/);
  expect(filtered).not.toMatch(/ prosody {5}/);
  terminal.type('a/reloaded\r');
  await terminal.until(/n next/);
  terminal.type('q');
  await terminal.until(/x uninstall/, 20);
});

test('logs are lines, too, of one part and with a text', async () => {
  const all = await ask('guest', ['jitsi-onebox', 'logs', '--since', '1h', '--json']);
  const places = new Set(all.stdout.split('\n').map(line => JSON.parse(line).place));
  expect([...places].toSorted()).toEqual(expect.arrayContaining(['haproxy', 'jicofo', 'nginx', 'prosody', 'web']));
  const {stdout} = await ask('guest', ['jitsi-onebox', 'logs', 'nginx', '--grep', 'RELOADED']);
  expect(stdout).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d nginx +Reloaded nginx/);
  const followed = ask('guest', ['timeout', '8', 'jitsi-onebox', 'logs', 'prosody', '--since', '1s', '--follow']);
  await sleep(3000);
  await guest(`docker exec ${idOf('prosody')} sh -c 'echo from-a-test >/proc/1/fd/1'`);
  expect((await followed).stdout).toContain('from-a-test');
});

test('a backup from home asks for the passphrase twice, which one paste answers', async () => {
  terminal.type('b');
  await terminal.until(/Passphrase:$/m, 20);
  terminal.type('a long passphrase\ra long passphrase\r');
  await terminal.until(/encrypted\. It holds:/, 30);
  expect(terminal.everything()).not.toContain('a long passphrase');
  await terminal.exit;
  const file = await guest('ls /root/jitsi-onebox-*.backup');
  const {stdout, exitCode} = await ask(
    'guest',
    ['jitsi-onebox', 'backup', 'verify', file.trim(), '--passphrase-file', '-'],
    'a long passphrase\n',
  );
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('is whole: meet.example.test')]);
});
