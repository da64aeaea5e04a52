import {readdirSync, readFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {isAtLeast} from '../../src/model/version.ts';
import {
  describeWith,
  findCompose,
  haproxyAccepts,
  inDirectory,
  nginxAccepts,
  shellAccepts,
  systemdAccepts,
  wrapSite,
} from './parsers.ts';

const folder = new URL('../golden/', import.meta.url).pathname;
const names = readdirSync(folder);
const kept = (name: string, path: string) => join(folder, name, 'expected', path);
const read = (name: string, path: string) => readFileSync(kept(name, path), 'utf8');
const list = (name: string, path: string) => readdirSync(kept(name, path)).map(file => `${path}/${file}`);

const quietly = {
  env: {PATH: `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`},
  all: true,
  reject: false,
} as const;

describeWith(['nginx', 'openssl'], () => {
  test.each(names)('nginx accepts the sites of %s', async name => {
    const sites = list(name, 'etc/nginx/sites-available').map(path => read(name, path));
    const {accepted, output} = await inDirectory(async directory => {
      await makeCertificate(directory);
      return nginxAccepts(wrapSite(await transplant(sites.join('\n'), directory)));
    });
    expect(output).not.toContain('conflicting');
    expect(accepted, output).toBe(true);
  });
});

describeWith(['haproxy'], () => {
  test.each(names)('HAProxy accepts the configuration of %s', async name => {
    const {accepted, output} = await haproxyAccepts(read(name, 'etc/haproxy/haproxy.cfg'));
    expect(output).not.toMatch(/WARNING|ALERT/);
    expect(accepted).toBe(true);
  });
});

describeWith(['systemd-analyze', 'ip', 'nft'], () => {
  test.each(names)('systemd accepts the units of %s', async name => {
    const paths = list(name, 'etc/systemd/system').filter(path => path.endsWith('.service'));
    // Neither go-mmproxy nor the program itself is installed here.
    const readUnit = (path: string) =>
      read(name, path).replace('/usr/bin/go-mmproxy', '/usr/bin/true').replace('=jitsi-onebox ', '=/usr/bin/true ');
    const units = Object.fromEntries(paths.map(path => [path.split('/').at(-1) ?? '', readUnit(path)]));
    for (const [unit, text] of Object.entries(units))
      expect(await systemdAccepts(text, unit, units), unit).toMatchObject({accepted: true});
  });
});

const compose = (await findCompose()) ?? (['docker-compose'] as const);

describeWith([compose[0]], () => {
  // docker-compose 1 starts slowly on a busy machine.
  test.each(names)('compose accepts the project of %s', {timeout: 30_000}, async name => {
    const [directory = ''] = list(name, 'srv');
    const [program, ...options] = [...compose, '--file', '-', 'config', '--quiet'] as const;
    const input = await forThisCompose(read(name, `${directory}/compose.yaml`));
    const {exitCode, all} = await execa(program, options, {...quietly, cwd: kept(name, directory), input});
    expect({exitCode, all}).toEqual({exitCode: 0, all: ''});
  });
});

/** Removes start_interval for a compose before 2.20.2, such as Debian 12's. */
async function forThisCompose(text: string): Promise<string> {
  const [program, ...options] = compose;
  const {stdout} = await execa(program, [...options, 'version', '--short']);
  return isAtLeast(stdout, [2, 20, 2]) ? text : text.replaceAll(/^ +start_interval: .*\n/gm, '');
}

describeWith(['sh'], () => {
  test.each(names)('sh accepts the deploy hooks of %s', async name => {
    for (const path of list(name, 'usr/local/sbin'))
      expect(await shellAccepts(read(name, path)), path).toEqual({accepted: true, output: ''});
  });
});

describeWith(['shellcheck'], () => {
  test('shellcheck finds nothing in any deploy hook', async () => {
    const hooks = names.flatMap(name => list(name, 'usr/local/sbin').map(path => kept(name, path)));
    expect((await execa('shellcheck', hooks, quietly)).all).toBe('');
  });
});

const obstacle = await findNftObstacle();
if (obstacle) console.warn(`Skipped: nft ${obstacle}`);

describeWith(['nft'], () => {
  describe.skipIf(obstacle)(`${obstacle ?? 'checked by the kernel'}`, () => {
    test.each(names)('accepts the guard of %s', async name => {
      const {exitCode, all} = await execa(
        'nft',
        ['--check', '--file', kept(name, 'etc/jitsi-onebox/guard.nft')],
        quietly,
      );
      expect({exitCode, all}).toEqual({exitCode: 0, all: ''});
    });
  });
});

/** Replaces what this machine lacks: certificates, the directory of logs, a directive that is too new. */
async function transplant(text: string, directory: string): Promise<string> {
  const moved = text.replaceAll(/\/etc\/jitsi-onebox\/tls\/[^/]+/g, directory).replaceAll('/var/log/nginx', directory);
  // Only root may use port 80.
  const unprivileged = moved.replaceAll(/(listen (?:\[::\]:)?)80;/g, '$18089;');
  const {all} = await execa('nginx', ['-v'], quietly);
  const hasHttp2Directive = isAtLeast(/nginx\/(\S+)/.exec(all)?.[1], [1, 25, 1]);
  return hasHttp2Directive ? unprivileged : unprivileged.replaceAll('\thttp2 on;\n', '');
}

/** Even `nft --check` asks the kernel, and looks up the guard's users. */
async function findNftObstacle(): Promise<string | undefined> {
  if (!readFileSync('/etc/passwd', 'utf8').includes('\nhaproxy:')) return 'needs the user haproxy, of its package';
  const {failed} = await execa('nft', ['list', 'tables'], quietly);
  return failed ? 'needs root and a kernel with nftables' : undefined;
}

async function makeCertificate(directory: string): Promise<void> {
  const key = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const files = ['-keyout', join(directory, 'privkey.pem'), '-out', join(directory, 'fullchain.pem')];
  await execa('openssl', ['req', '-x509', '-batch', '-subj', '/CN=test', ...key, ...files]);
}
