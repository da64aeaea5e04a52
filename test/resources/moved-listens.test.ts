import {describe, expect, test} from 'vitest';
import {type ListenMove, leaveListens, sharedListens, shareListens} from '../../src/resources/moved-listens.ts';
import {restoreLines, sharedAgain} from '../../src/resources/restored-listens.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {compare, converge} from './work.ts';

const move = (more: Partial<ListenMove> = {}): ListenMove => ({
  ...{line: 1, text: '443', to: '4443', isFirstOfSocket: true, isFirstOfSite: true},
  ...more,
});

const plain = 'listen 4443 ssl; port_in_redirect off;';

describe('a listen directive moves', () => {
  test.each<[string, string, ListenMove[], string, string]>([
    ['alone', '  listen 443 ssl;', [move()], `  listen 443 ssl reuseport; ${plain}`, `  ${plain}`],
    [
      'with options',
      'listen 443 ssl http2;',
      [move()],
      `listen 443 ssl http2 reuseport; listen 4443 ssl http2; port_in_redirect off;`,
      `listen 4443 ssl http2; port_in_redirect off;`,
    ],
    [
      'that shares its socket already',
      'listen 443 ssl reuseport;',
      [move()],
      `listen 443 ssl reuseport; ${plain}`,
      plain,
    ],
    ['in quotes', 'listen "443" ssl; # mine', [move()], `listen 443 ssl reuseport; ${plain} # mine`, `${plain} # mine`],
    ['of a second site', 'listen 443 ssl;', [move({isFirstOfSocket: false})], `listen 443 ssl; ${plain}`, plain],
    [
      'where the site has the other one',
      '\tlisten 443 ssl;',
      [move({to: undefined})],
      '\tlisten 443 ssl reuseport;',
      '',
    ],
    [
      'in one line with the whole site',
      'server { listen 443 ssl; listen [::]:443 ssl; return 301 https://x:443/; }',
      [move(), move({text: '[::]:443', to: '[::]:4443', isFirstOfSite: false})],
      `server { listen 443 ssl reuseport; ${plain} listen [::]:443 ssl reuseport; listen [::]:4443 ssl; return 301 https://x:443/; }`,
      `server { ${plain} listen [::]:4443 ssl; return 301 https://x:443/; }`,
    ],
    [
      'where redirects are set',
      'listen 443 ssl; port_in_redirect on;',
      [move()],
      'listen 443 ssl reuseport; listen 4443 ssl; port_in_redirect on;',
      'listen 4443 ssl; port_in_redirect on;',
    ],
    ['not if it is another one', 'listen 8443 ssl;', [move()], 'listen 8443 ssl;', 'listen 8443 ssl;'],
  ])('%s', (_what, text, moves, shared, left) => {
    expect(shareListens(text, moves)).toBe(shared);
    expect(leaveListens(text, moves)).toBe(left);
    expect(leaveListens(shared, moves)).toBe(left);
    expect([shareListens(shared, moves), shareListens(left, moves), leaveListens(left, moves)]).toEqual([
      shared,
      left,
      left,
    ]);
  });
});

const path = '/etc/nginx/sites-enabled/own';

test('a directive over several lines stops the plan', async () => {
  const host = createMemoryHost({files: {[path]: 'listen\n 443 ssl;\n'}, commands: {'nginx -t': ''}});
  await expect(sharedListens({path, moves: [move()], needs: []}).read(host)).rejects.toThrow(`${path}:1 `);
});

test('a text that nginx refuses is put back', async () => {
  const host = createMemoryHost({
    files: {[path]: 'listen 443 ssl;\n'},
    commands: {'nginx -t': {exitCode: 1, stderr: 'duplicate listen options'}},
  });
  await expect(converge(sharedListens({path, moves: [move()], needs: []}), host)).rejects.toThrow(
    'duplicate listen options',
  );
  expect(await host.files.read(path)).toBe('listen 443 ssl;\n');
});

test('the plan names the limit of connections: visitors through a CDN come from few addresses', async () => {
  const host = createMemoryHost({files: {[path]: 'listen 443 ssl;\n'}});
  const [difference] = await compare(sharedListens({path, moves: [move()], needs: []}), host);
  expect(difference?.summary).toContain('raise limits.connections');
});

test('an undo changes the moved lines only, in a file that the user has edited since', async () => {
  const host = createMemoryHost({files: {[path]: 'listen 443 ssl;\nroot /a;\n'}, commands: {'nginx -t': ''}});
  const resource = sharedListens({path, moves: [move()], needs: []});
  const [snapshot] = await resource.record(host, await resource.read(host), []);
  const edited = `# new\n${plain}\nroot /b;\n`;
  await host.files.write(path, edited, {mode: 0o644, uid: 0, gid: 0});
  if (snapshot) await converge(restoreLines(snapshot), host);
  expect(await host.files.read(path)).toBe('# new\nlisten 443 ssl;\nroot /b;\n');
});

describe('sites return to their former port', () => {
  const original = 'listen 443 ssl reuseport;\nlisten 443 ssl;\n';
  const moves = [move(), move({line: 2, isFirstOfSocket: false})];
  const shared = `listen 443 ssl reuseport; ${plain}\nlisten 443 ssl; ${plain}\n`;
  const children = (start: number) => ({
    '/proc/7/task/7/children': '8',
    '/proc/8/stat': `8 (nginx) S ${'0 '.repeat(18)}${start}`,
  });

  async function leave(nginxTest: object | string = '') {
    const host = createMemoryHost({
      files: {[path]: original, ...children(100)},
      commands: {
        'nginx -t': nginxTest,
        'systemctl show nginx.service': '7\n',
        'systemctl reload': () => {
          void host.files.write('/proc/8/stat', children(200)['/proc/8/stat'], {mode: 0o444, uid: 0, gid: 0});
          return '';
        },
      },
    });
    const resource = sharedListens({path, moves, needs: []});
    const [snapshot] = await resource.record(host, await resource.read(host), []);
    await host.files.write(path, leaveListens(original, moves), {mode: 0o644, uid: 0, gid: 0});
    if (!snapshot) throw new Error('a snapshot was expected');
    return {host, snapshot};
  }

  test('and share it first; equal lines become what each one was', async () => {
    const {host, snapshot} = await leave();
    expect(await host.files.read(path)).toBe(`${plain}\n${plain}\n`);
    await converge(sharedAgain([snapshot]), host);
    expect(await host.files.read(path)).toBe(shared);
    expect(host.changes.filter(each => each.startsWith('run'))).toEqual(['run systemctl reload nginx.service']);
    expect(await compare(sharedAgain([snapshot]), host)).toEqual([]);
    await converge(restoreLines(snapshot), host);
    expect(await host.files.read(path)).toBe(original);
    expect(await compare(sharedAgain([snapshot]), host)).toEqual([]);
  });

  test('and the first snapshot of that leads back to the moved lines', async () => {
    const {host, snapshot} = await leave();
    const resource = sharedAgain([snapshot]);
    const [back] = await resource.record(host, await resource.read(host), []);
    for (const text of [shared, original]) {
      await host.files.write(path, text, {mode: 0o644, uid: 0, gid: 0});
      if (back) await converge(restoreLines(back), host);
      expect(await host.files.read(path)).toBe(`${plain}\n${plain}\n`);
    }
  });

  test('not if nginx refuses that: the file stays, and the undo says why', async () => {
    const {host, snapshot} = await leave({exitCode: 1, stderr: 'unknown directive'});
    await expect(converge(sharedAgain([snapshot]), host)).rejects.toThrow('unknown directive');
    expect(await host.files.read(path)).toBe(`${plain}\n${plain}\n`);
  });
});
