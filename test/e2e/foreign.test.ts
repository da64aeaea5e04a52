import {beforeAll, expect, test} from 'vitest';
import {bootFresh} from './hosts.ts';
import {apply, ask, guest, imageOf, outside, settingsFile} from './lab.ts';
import {docker, installPackages} from './others.ts';
import {type Watch, watchPages} from './steady.ts';

const site = `server {
  listen 80;
  listen 443 ssl;
  server_name own.example.test;
  ssl_certificate /etc/nginx/own.pem;
  ssl_certificate_key /etc/nginx/own.key;
  location / { return 200 "my own site\\n"; default_type text/plain; }
  location = /moved { return 301 /; }
}
server {
  listen 4443 ssl;
  server_name second.example.test;
  ssl_certificate /etc/nginx/own.pem;
  ssl_certificate_key /etc/nginx/own.key;
  location / { return 200 "my second site\\n"; default_type text/plain; }
}
`;
const balancer =
  'frontend mine\n  mode http\n  timeout client 1m\n  bind 127.0.0.1:8080\n  http-request return status 200\n';
const image = `    image: ${imageOf('web')}
    read_only: true
    tmpfs: ["/run:size=32M,mode=1750,exec,uid=1000,gid=1000", /tmp]
    environment: {PUBLIC_URL: "https://pad.example.test", DISABLE_HTTPS: "1"}
`;
// One of its services has the same name as one of ours.
const project = `version: "3.8"\nservices:\n  pad:\n${image}    ports: ["8081:8000", "8289:8000"]\n  web:\n${image}`;
// The guide's unit, with a rule for all traffic of this host to itself.
const unit = `[Service]
User=mmproxy
AmbientCapabilities=CAP_NET_ADMIN
ExecStartPost=/sbin/ip rule add from 127.0.0.1/8 iif lo table 123
ExecStart=/usr/bin/go-mmproxy -l 127.0.0.1:4444 -4 127.0.0.1:4443
ExecStopPost=/sbin/ip rule del from 127.0.0.1/8 iif lo table 123
[Install]
WantedBy=multi-user.target
`;
const intruder = `#!/usr/bin/perl
use Socket;
socket(my $media, PF_INET, SOCK_DGRAM, 0);
bind($media, sockaddr_in(10000, INADDR_ANY)) or die;
sleep;
`;

let stopWatching: () => Promise<Watch>;

/** A machine in use: web sites on 80, 443 and 4443, a load balancer, a compose project, and a process on our media port. */
beforeAll(async () => {
  await bootFresh();
  await installPackages(`nginx haproxy go-mmproxy openssl docker-compose ${docker}`);
  await guest(
    'openssl req -x509 -batch -newkey rsa:2048 -nodes -subj /CN=own -keyout /etc/nginx/own.key -out /etc/nginx/own.pem 2>&1',
  );
  await guest(
    'cat > /etc/nginx/sites-available/own && ln -s ../sites-available/own /etc/nginx/sites-enabled/own',
    site,
  );
  await guest('systemctl restart nginx');
  await guest('cat > /etc/haproxy/haproxy.cfg && systemctl restart haproxy', balancer);
  await guest('mkdir -p /srv/jitsi && cat > /srv/jitsi/docker-compose.yml', project);
  await guest('echo TURN_CREDENTIALS=0123456789abcdef0123456789abcdef > /srv/jitsi/.env');
  await guest(
    'cd /srv/jitsi && $(docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) up -d 2>&1',
  );
  await guest('adduser --system mmproxy 2>&1; cat > /etc/systemd/system/go-mmproxy-ssl.service', unit);
  await guest('systemctl daemon-reload && systemctl enable --quiet --now go-mmproxy-ssl');
  await guest('cat > /usr/local/bin/intruder && chmod +x /usr/local/bin/intruder', intruder);
  await guest('systemd-run --quiet --unit=intruder intruder');
  stopWatching = await watchPages({
    'http://own.example.test/': 'my own site',
    'https://own.example.test/': 'my own site',
    'https://second.example.test:4443/': 'my second site',
  });
});

type Problem = {readonly code: string; readonly summary: string; readonly command?: string};

async function findProblems(...options: readonly string[]): Promise<readonly Problem[]> {
  const {exitCode, stdout, all} = await ask('guest', [
    'jitsi-onebox',
    'plan',
    '--json',
    '--settings',
    settingsFile,
    ...options,
  ]);
  expect(stdout, all).toMatch(/^\{/);
  const {problems}: {problems: readonly Problem[]} = JSON.parse(stdout);
  expect(exitCode).toBe(problems.length > 0 ? 1 : 2);
  return problems;
}

const listServices = async () =>
  (await guest(`docker ps --format '{{.Label "com.docker.compose.service"}}'`)).split('\n').toSorted();

const listRules = async () => (await guest('ip -4 rule')).split('\n').filter(line => line.endsWith('lookup 123'));

const listFiles = () => guest("find /etc /srv /usr/local -type f -printf '%p %T@\\n' | sort");

test('conflicts stop the plan, and nothing is changed', async () => {
  const problems = await findProblems();
  expect(problems.map(({code}) => code).toSorted()).toEqual(['foreign-compose', 'foreign-haproxy', 'port-taken']);
  expect(problems.find(({code}) => code === 'port-taken')?.summary).toMatch(
    /10000\/udp.*by intruder .*intruder\.service/,
  );
  const before = await listFiles();
  expect((await apply('--settings', settingsFile)).exitCode).toBe(1);
  expect(await listFiles()).toBe(before);
});

test('each problem is solved by its own remedy', async () => {
  await guest('systemctl stop intruder');
  const left = (await findProblems()).map(({code}) => code).toSorted();
  expect(left).toEqual(['foreign-compose', 'foreign-haproxy']);
  expect(await findProblems('--take-over', 'haproxy,compose')).toEqual([]);
});

test('the plan shows how the site on 443 moves behind HAProxy', async () => {
  const takeOver = ['--take-over', 'haproxy,compose'];
  const {stdout, all} = await ask('guest', ['jitsi-onebox', 'plan', '--settings', settingsFile, ...takeOver]);
  expect(stdout, all).toContain('-  listen 443 ssl;\n+  listen 4443 ssl; port_in_redirect off;');
});

test('with --take-over the site still answers on 443, and snapshots hold what was replaced', async () => {
  const {exitCode, all} = await apply('--settings', settingsFile, '--take-over', 'haproxy,compose');
  expect(exitCode, all).toBe(0);
  expect(await outside('curl -sSk --max-time 10 https://own.example.test/')).toBe('my own site');
  expect(await outside('curl -sS --max-time 10 http://own.example.test/')).toBe('my own site');
  const redirect = 'curl -sSk --max-time 10 -o /dev/null -w "%{redirect_url}" https://own.example.test/moved';
  expect(await outside(redirect)).toBe('https://own.example.test/');
  expect(await guest('ss -Hltnp sport = 443')).not.toContain('nginx');
  expect(await outside('curl -sS --max-time 10 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe('200');
  const open = 'openssl enc -d -aes-256-cbc -pbkdf2 -pass file:/var/lib/jitsi-onebox/seal.key -in';
  const kept = await guest(`for copy in /var/lib/jitsi-onebox/originals/*.content; do ${open} $copy; done`);
  expect(kept).toContain('frontend mine');
  expect(kept).toContain('https://pad.example.test');
  expect(await listServices()).toEqual(['jicofo', 'prosody', 'turn', 'videobridge', 'web']);
  expect(await listRules()).toEqual([expect.stringContaining('sport 4443')]);
  expect(await guest('cat /srv/jitsi/turn/turnserver.conf')).toContain(
    'static-auth-secret=0123456789abcdef0123456789abcdef',
  );
});

test('undo brings back the load balancer, the containers that ran, and the site on 443', async () => {
  await apply();
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain']);
  expect(exitCode, all).toBe(0);
  expect(await guest('cat /etc/haproxy/haproxy.cfg')).toBe(balancer.trim());
  expect(`${await guest('cat /etc/nginx/sites-available/own')}\n`).toBe(site);
  expect(await outside('curl -sSk --max-time 10 https://own.example.test/')).toBe('my own site');
  expect(await guest('curl -sS -o /dev/null -w "%{http_code}" http://127.0.0.1:8081/')).toBe('200');
  expect(await listServices()).toEqual(['pad', 'web']);
  expect(await listRules()).toEqual([expect.stringMatching(/127.0.0.1\/8 iif lo lookup 123$/)]);
  expect(await guest('docker network ls --quiet --filter label=com.docker.compose.project=jitsi | wc -l')).toBe('1');
});

// Another installation takes some minutes.
test.runIf(process.env.TEST_ALL === '1')('so does uninstall', async () => {
  const {exitCode, all} = await apply('--settings', settingsFile, '--take-over', 'haproxy,compose');
  expect(exitCode, all).toBe(0);
  const removed = await ask('guest', ['jitsi-onebox', 'uninstall', '--yes', '--plain']);
  expect(removed.exitCode, removed.all).toBe(0);
  expect(await guest('cat /etc/haproxy/haproxy.cfg')).toBe(balancer.trim());
  expect(`${await guest('cat /etc/nginx/sites-available/own')}\n`).toBe(site);
  expect(await outside('curl -sSk --max-time 10 https://own.example.test/')).toBe('my own site');
});

test('the sites on 80, 443 and 4443 answered every request while they moved, and while they returned', async () => {
  const {asked, failures} = await stopWatching();
  console.log(`${asked} requests, ${failures.length} of them failed`);
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(100);
});
