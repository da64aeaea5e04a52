import {beforeAll, describe, expect, test} from 'vitest';
import {provePodman, proveWithoutRules, setUpUnusually} from './engines.ts';
import {bootFresh} from './hosts.ts';
import {apply, ask, guest, outside, plan, settingsFile} from './lab.ts';
import {installPackages} from './others.ts';
import {status} from './proof.ts';
import {bound, certificate, firewall, stream, vpn} from './strange-files.ts';
import {undo} from './undone.ts';

type Problem = {readonly code: string; readonly summary: string; readonly command?: string};

async function findAll(): Promise<{readonly problems: readonly Problem[]; readonly warnings: readonly Problem[]}> {
  const {stdout, all} = await ask('guest', ['jitsi-onebox', 'plan', '--json', '--settings', settingsFile]);
  expect(stdout, all).toMatch(/^\{/);
  return JSON.parse(stdout);
}

const findProblems = async () => (await findAll()).problems;

const codes = async () => (await findProblems()).map(({code}) => code);

const own = '/etc/nginx/sites-available/own';
/** What ours would be: a site for port 80 of all addresses. */
const ours = 'server { listen 80; listen [::]:80; server_name meet.example.test; return 204; }';
const listWorkers = () => guest('pgrep --parent $(cat /run/nginx.pid) | sort');
const listSockets = () => guest("ss -Hltn 'sport = :80' | awk '{print $4}' | sort");

const renewal = '/etc/letsencrypt/renewal/meet.example.test.conf';

/** Gives certbot two accounts at the authority, among which it asks when it orders, and a lineage that renews by standalone. */
async function makeTwoAccounts(): Promise<void> {
  const register = 'certbot register --non-interactive --agree-tos --email own@example.test';
  await guest(`${register} 2>&1 && ${register} --config-dir /root/other 2>&1`);
  await guest('cp -a /root/other/accounts /etc/letsencrypt/');
  const order = 'certbot certonly --non-interactive --webroot --webroot-path /var/www/html --domain own.example.test';
  const {exitCode, all} = await ask('guest', ['sh', '-c', order]);
  expect([exitCode, all]).toEqual([1, expect.stringContaining('choose an account')]);
  const standalone = 'certbot certonly --non-interactive --standalone --domain meet.example.test --account';
  const id = '$(ls /etc/letsencrypt/accounts/*/directory | head -n 1)';
  await guest(`systemctl stop nginx && ${standalone} ${id} 2>&1 && systemctl start nginx`);
}

beforeAll(async () => {
  await bootFresh();
  await installPackages('nginx libnginx-mod-stream openssl certbot nftables');
  await makeTwoAccounts();
  const subject = '-subj /CN=own -keyout /etc/nginx/own.key -out /etc/nginx/own.pem';
  await guest(`openssl req -x509 -batch -newkey rsa:2048 -nodes ${subject} 2>&1; rm /etc/nginx/sites-enabled/default`);
  await guest(`ln -s ../sites-available/own /etc/nginx/sites-enabled/own; cat > ${own}`, bound);
  await guest('systemctl restart nginx');
});

describe('sites that are bound to an address', () => {
  test('nginx accepts ours beside them, but does not load it', async () => {
    const before = [await listWorkers(), await listSockets()];
    await guest('cat > /etc/nginx/sites-enabled/ours && nginx -t -q && systemctl reload nginx && sleep 4', ours);
    expect([await listWorkers(), await listSockets()]).toEqual(before);
    expect(await codes()).toContain('site-taken');
    await guest('rm /etc/nginx/sites-enabled/ours');
  });

  test('are found with file and line, and what they listen on is a fact', async () => {
    const problems = await findProblems();
    expect(problems.map(({code}) => code)).toEqual(['site-on-443', 'site-on-address']);
    expect(problems[0]?.summary).toContain('/etc/nginx/sites-enabled/own:7');
    expect(problems[1]?.summary).toContain('192.168.77.10:80: /etc/nginx/sites-enabled/own:2');
    const {nginxListens} = JSON.parse(await guest('jitsi-onebox detect --json'));
    expect(nginxListens.value).toHaveLength(3);
    expect(nginxListens.value[1]).toMatchObject({
      module: 'http',
      address: '192.168.77.10',
      port: 443,
      options: ['ssl'],
    });
  });

  test('each printed command solves its problem, and the site still answers', async () => {
    for (const {command = 'false'} of await findProblems()) await guest(command);
    expect(await findProblems()).toEqual([]);
    expect(await guest(`grep -c 192.168.77.10 ${own}`)).toBe('1');
    expect(await outside('curl -sS --max-time 10 http://own.example.test/')).toBe('my own site');
  });
});

test('a stream on 443 is no web site: it is named, and nothing is offered that cannot work', async () => {
  await guest('cp /etc/nginx/nginx.conf /root/nginx.conf; cat > /etc/nginx/nginx.conf', stream);
  await guest('nginx -t -q && systemctl restart nginx');
  const problems = await findProblems();
  // That configuration has no http block for our sites either.
  expect(problems.map(({code}) => code)).toEqual(['stream-on-443', 'nginx-layout']);
  expect(problems[0]?.summary).toContain('/etc/nginx/nginx.conf:5');
  expect(problems[0]?.command).toBeUndefined();
  await guest('cp /root/nginx.conf /etc/nginx/nginx.conf && systemctl restart nginx');
});

test('a site with proxy_protocol on our port is named with its line; another port for ours solves it', async () => {
  const site = `server {\n  listen 4443 ssl proxy_protocol;\n  server_name second.example.test;\n  ${certificate}\n}\n`;
  await guest('cat > /etc/nginx/conf.d/second.conf && nginx -t -q && systemctl reload nginx', site);
  const [problem, ...more] = await findProblems();
  expect(more).toEqual([]);
  expect(problem).toMatchObject({code: 'listen-options', summary: expect.stringContaining('second.conf:2')});
  await guest(`echo 'ports: {https: 4449}' >> ${settingsFile} && sed -i 's/4443 ssl;/4449 ssl;/' ${own}`);
  expect(await codes()).toEqual([]);
  await guest('systemctl reload nginx');
});

test('a package that excludes one of ours stops the plan, and stays', async () => {
  const control =
    'Package: own-runtime\nVersion: 1\nArchitecture: all\nMaintainer: own\nDescription: own\nConflicts: docker.io\n';
  await guest('mkdir -p /root/own/DEBIAN && cat > /root/own/DEBIAN/control', control);
  await guest('dpkg-deb --build /root/own 2>&1 && dpkg --install /root/own.deb 2>&1');
  const [problem, ...more] = await findProblems();
  expect(more).toEqual([]);
  expect(problem).toMatchObject({code: 'packages-conflict', summary: expect.stringContaining('remove own-runtime.')});
  expect((await apply('--settings', settingsFile)).exitCode).toBe(1);
  const consented = await plan('--settings', settingsFile, '--take-over', 'own-runtime');
  expect(JSON.stringify(consented.changes)).toContain('remove own-runtime');
  expect(consented.all).toContain('No source of apt has own-runtime');
  await guest('dpkg --status own-runtime && dpkg --purge own-runtime 2>&1');
});

test.runIf(process.env.TEST_ALL === '1')('podman in the place of Docker is not taken for it', () =>
  provePodman(findProblems),
);

test('a rule that logs and drops is found before the first change, and the printed command lets participants in', async () => {
  await guest(`nft -f - && ${vpn}`, firewall);
  const {warnings} = await findAll();
  const found = warnings.filter(({code}) => code === 'firewall-rules');
  expect(found).toHaveLength(1);
  expect(found[0]?.summary).toContain('“drop” (nft inet own refuse, handle');
  expect(found[0]?.summary).toContain('80/tcp and 443/tcp');
  await guest(found[0]?.command ?? 'false');
  expect((await findAll()).warnings.filter(({code}) => code === 'firewall-rules')).toEqual([]);
});

test('a lineage that renews by standalone and the account are facts; the plan orders it anew with the chosen one', async () => {
  const {lineages, accounts} = JSON.parse(await guest('jitsi-onebox detect --json'));
  expect(lineages.value).toMatchObject([{name: 'meet.example.test', renewal: {authenticator: 'standalone'}}]);
  expect(accounts.value).toHaveLength(2);
  const [, second] = accounts.value.map(({id}: {id: string}) => id).toSorted();
  const summary = async (...options: readonly string[]) => {
    const {changes} = await plan('--settings', settingsFile, ...options);
    return JSON.stringify(changes.find(({id}) => id === 'certificate:meet.example.test'));
  };
  expect(await summary()).toContain('renews by standalone');
  expect(await summary('--set', `acme.account=${second}`)).toContain(`with the account ${second}`);
  expect((await plan('--settings', settingsFile, '--set', `acme.account=${'0'.repeat(32)}`)).all).toContain(
    'no-such-account',
  );
});

test('where nginx includes no directory of sites, the plan says so; with that of nginx.org alone, ours go there', async () => {
  // Debian's package, laid out as that of nginx.org: conf.d alone, without sites-available and sites-enabled.
  await guest(`cp --remove-destination ${own} /etc/nginx/conf.d/own.conf && rm -r /etc/nginx/sites-*`);
  await guest("sed -i '/include.*sites-enabled/d' /etc/nginx/nginx.conf && nginx -t -q && systemctl reload nginx");
  await guest("sed -i.org '/include.*conf.d/d' /etc/nginx/nginx.conf");
  expect(await codes()).toEqual(['nginx-layout']);
  await guest('mv /etc/nginx/nginx.conf.org /etc/nginx/nginx.conf');
  expect(await codes()).toEqual([]);
});

test('a Docker that may make no packet rules is a problem of its own, not a restart', () =>
  proveWithoutRules(findProblems));

test('then the installation succeeds with one of the two accounts, remapped users, a proxy and a context, all checks pass, and every site answers where it did', async () => {
  await setUpUnusually();
  const {exitCode, all} = await apply('--settings', settingsFile);
  expect(exitCode, all).toBe(0);
  expect(await outside('curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe('200');
  expect(await outside('curl -sSk --max-time 10 https://own.example.test/')).toBe('my own site');
  expect(await guest('curl -sS --max-time 5 http://192.168.77.10:8081/')).toBe('my own site');
  expect(await guest('ls /etc/nginx/conf.d')).toBe('jitsi-turn.conf\njitsi.conf\nown.conf\nsecond.conf');
  expect(await guest(`cat ${renewal}`)).toContain('authenticator = webroot');
  await guest('certbot renew --non-interactive --force-renewal --no-random-sleep-on-renew 2>&1');
});

test('our routing rule is before that of a VPN, and the doctor finds one that comes later; apply puts ours before it', async () => {
  const routes = async () => (await status()).checks.find(({code}) => code === 'mmproxy-routes');
  expect(await guest('ip rule show pref 5269')).toContain('lookup 123');
  expect(await routes()).toMatchObject({state: 'ok', evidence: expect.stringContaining('table 123')});
  await guest('ip rule add not from all fwmark 0xca6c lookup 51820');
  expect(await routes()).toMatchObject({
    state: 'failed',
    evidence: expect.stringContaining('not from all fwmark 0xca6c'),
  });
  const {exitCode, all} = await apply('--settings', settingsFile);
  expect(exitCode, all).toBe(0);
  expect(await guest('ip rule')).toMatch(/^0:.*\n5267:.*lookup 123\n5268:.*lookup 51820\n5270:/);
  expect(await outside('curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe('200');
});

test('a rule that drops later is named with the packet filter, and not the router', async () => {
  await guest('iptables -I INPUT -i h0 -p tcp --dport 443 -m state --state NEW -j DROP');
  const {checks, codes} = await status();
  expect(codes('failed'), JSON.stringify(checks)).toEqual(['packet-filter']);
  expect(checks.find(({code}) => code === 'packet-filter')?.evidence).toContain('-A INPUT -i h0 -p tcp');
  // The other ports come back in through the router.
  expect(checks.find(({code}) => code === 'public-loopback')).toMatchObject({state: 'ok'});
  expect(checks.find(({code}) => code === 'router-forwards')?.summary).toContain('since packet-filter did not pass');
  await guest('iptables -D INPUT 1');
});

test('a site that is bound to an address later stops the next apply before it changes anything', async () => {
  await guest(
    'cat > /etc/nginx/conf.d/late.conf',
    'server { listen 192.168.77.10:80; server_name late.example.test; }',
  );
  expect(await codes()).toEqual(['site-on-address']);
  expect((await apply('--settings', settingsFile)).exitCode).toBe(1);
});

test('undo restores the way in which the certificate renewed, and leaves nothing of ours in conf.d', async () => {
  await guest('rm /etc/nginx/conf.d/late.conf');
  const undone = await undo(await guest('ls /var/lib/jitsi-onebox/runs | head -n 1'));
  expect(undone.exitCode, undone.all).toBe(0);
  expect(await guest(`cat ${renewal}`)).toContain('authenticator = standalone');
  expect(await guest('ls /etc/nginx/conf.d')).toBe('own.conf\nsecond.conf');
  expect(await outside('curl -sS --max-time 10 http://own.example.test/')).toBe('my own site');
});
