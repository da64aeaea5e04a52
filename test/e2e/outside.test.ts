import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {type Browser, keepPicture, openBrowser} from './browser.ts';
import {bootFresh, bootInstalled} from './hosts.ts';
import {ask, guest, resetRouter} from './lab.ts';
import {type RunningTrial, seeOnPage, startTrial} from './trial.ts';

const ports = ['80/tcp', '443/tcp', '3478/udp', '10000/udp'] as const;
type Port = (typeof ports)[number];
const isLong = process.env.TEST_ALL === '1';
/** One of each protocol in CI; the one that the page itself needs is the hardest. */
const closing = isLong ? ports : (['80/tcp', '10000/udp'] as const);

let browser: Browser;
let trial: RunningTrial;

beforeAll(async () => {
  browser = await openBrowser('outside');
});
afterAll(() => browser.close());

/** Makes the router no longer forward a port. */
async function closeAtRouter(port: Port): Promise<void> {
  const [number, protocol] = port.split('/');
  await changeRouter(`insert rule ip router forwards ${protocol} dport ${number} return`);
}

async function changeRouter(rule: string): Promise<void> {
  const {exitCode, all} = await ask('router', ['nft', rule]);
  expect(exitCode, all).toBe(0);
}

describe('the ports of a host on which nothing is installed', () => {
  beforeAll(bootFresh);
  afterEach(async () => {
    await trial.end();
    await resetRouter();
    // Nothing listens afterwards.
    expect(await guest("ss -Hltun | grep -cE ':(80|443|3478|10000) ' || true")).toBe('0');
  });

  test('all are open: the terminal says so when the page does', async () => {
    trial = await startTrial('try-ports');
    expect(trial.links).toEqual([
      expect.stringMatching(/^http:\/\/198\.51\.100\.10\/[\w-]{22}$/),
      expect.stringMatching(/^http:\/\/198\.51\.100\.10:443\/[\w-]{22}$/),
    ]);
    const page = await browser.open();
    const asked = new Set<string>();
    page.on('request', request => asked.add(new URL(request.url()).hostname));
    await page.goto(trial.links[0] ?? '');
    for (const port of ports) {
      const moment = await seeOnPage(page, port, 'open');
      expect(Math.abs(moment - trial.momentOf(port))).toBeLessThan(3000);
    }
    await keepPicture(page, 'trial');
    expect([...asked]).toEqual(['198.51.100.10']);
    const {subjects, visitor, ended} = await trial.until(view => (view.ended ? view : undefined));
    expect(visitor).toEqual({from: '198.51.100.1', seen: 'outside'});
    expect(subjects.map(({id, state, seen}) => [id, state, seen])).toEqual(ports.map(id => [id, 'open', 'outside']));
    expect(ended?.reason).toBe('complete');
    expect((await trial.end()).exitCode).toBe(0);
    await page.context().close();
  });

  test.each(closing)(
    '%s is not forwarded: only that one fails, with the rule to add, and works once it is added',
    async port => {
      await closeAtRouter(port);
      trial = await startTrial('try-ports');
      const page = await browser.open();
      // Without port 80, the second link is the way to the page.
      await page.goto(trial.links[port === '80/tcp' ? 1 : 0] ?? '');
      const moment = await seeOnPage(page, port, 'closed');
      const {advice, seen} = await trial.until(
        ({subjects}) => subjects.find(({id, state}) => id === port && state === 'closed'),
        3,
      );
      expect(Math.abs(moment - trial.momentOf(port))).toBeLessThan(3000);
      expect(seen).toBe('outside');
      expect(advice).toContain(`Forward ${port} in the router to 192.168.77.10, port ${port.split('/')[0]}.`);
      expect(trial.view().subjects.filter(({state}) => state === 'open')).toHaveLength(3);
      await resetRouter();
      await trial.until(({ended}) => ended, 25);
      expect((await trial.end()).exitCode).toBe(0);
      await page.context().close();
    },
  );

  test('a port whose answers do not get back, and one that is forwarded to another port, are told apart', async () => {
    await changeRouter('insert rule ip router forward iifname "lan0" udp sport 3478 drop');
    await changeRouter('insert rule ip router forwards udp dport 10000 dnat to 192.168.77.10:3478');
    trial = await startTrial('try-ports');
    const page = await browser.open();
    await page.goto(trial.links[0] ?? '');
    await seeOnPage(page, '3478/udp', 'one-way');
    await trial.end();
    await resetRouter();
    await changeRouter('insert rule ip router forwards udp dport 10000 dnat to 192.168.77.10:3478');
    trial = await startTrial('try-ports');
    await page.goto(trial.links[0] ?? '');
    const {summary} = await trial.until(({subjects}) => subjects.find(({state}) => state === 'elsewhere'));
    expect(summary).toBe('What is sent to 10000/udp arrives at 3478/udp.');
    await page.context().close();
  });

  test('a phone in the same network proves nothing, and a stranger gets nothing', async () => {
    trial = await startTrial('try-ports');
    const [link = ''] = trial.links;
    const own = await ask('lan', ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', link]);
    expect(own.stdout).toBe('200');
    expect(await trial.until(({visitor}) => visitor)).toMatchObject({seen: 'inside'});
    for (const path of ['/', '/robots.txt', `${new URL(link).pathname.slice(0, -1)}_`]) {
      const {stdout} = await ask('outside', ['curl', '-sSi', '--max-time', '5', new URL(path, link).href]);
      expect(stdout).toMatch(/^HTTP\/1\.1 404 Not Found\r?\nconnection: close\r?\ncontent-length: 0\r?\n\r?\n?$/i);
    }
  });

  test.runIf(isLong)('all are closed: after a minute the terminal says so, with the rule', async () => {
    for (const port of ports) await closeAtRouter(port);
    trial = await startTrial('try-ports');
    const page = await browser.open();
    await expect(page.goto(trial.links[0] ?? '', {timeout: 8000})).rejects.toThrow();
    const {remedy} = await trial.until(({quiet}) => quiet, 70);
    expect(remedy).toContain('Forward 80/tcp in the router to 192.168.77.10, port 80.');
    const {exitCode} = await trial.end();
    expect(exitCode).toBe(130);
    await page.context().close();
  });

  test('a port that somebody else holds is named, and the others are tried', async () => {
    await guest(
      "systemd-run --quiet --collect --unit=holder perl -MIO::Socket::INET -e '@ARGV = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1); sleep'; while ! ss -Hltn | grep -q ':80 '; do sleep 0.1; done",
    );
    try {
      trial = await startTrial('try-ports');
      expect(trial.links).toEqual([expect.stringContaining(':443/')]);
      expect(trial.view().untried).toEqual([{id: '80/tcp', reason: expect.stringMatching(/^perl uses it already$/)}]);
    } finally {
      await guest('systemctl stop holder');
    }
  });
});

// On the network card, where packets vanish as in a firewall on their way.
const strict = `table netdev firewall {
  chain out {
    type filter hook egress device "eth0" priority filter; policy drop;
    ether type arp accept
    tcp dport 443 accept
    udp dport 53 accept
  }
}`;

describe('an installed server', () => {
  const ways = ['https', 'websocket', 'bridge', 'relay', 'stun'];
  const openPage = async (...options: readonly string[]) => {
    trial = await startTrial('doctor', '--outside', ...options);
    const page = await browser.open();
    await page.goto(trial.links[0] ?? '', {waitUntil: 'commit'});
    return page;
  };

  beforeAll(async () => {
    await bootInstalled();
  });
  afterEach(async () => {
    await trial.end();
    await ask('outside', ['nft', 'flush ruleset']);
  });

  test('every way to take part is proven from outside, and nothing of the page stays', async () => {
    const page = await openPage();
    expect(trial.links).toEqual([
      expect.stringMatching(/^https:\/\/meet\.example\.test\/\.well-known\/jitsi-onebox\/[\w-]{22}$/),
    ]);
    for (const way of ways) {
      const moment = await seeOnPage(page, way, 'open', 40);
      expect(Math.abs(moment - trial.momentOf(way))).toBeLessThan(3000);
    }
    await keepPicture(page, 'ways');
    expect(await page.locator('#verdict').textContent()).toBe('You can take part. Audio and video travel directly.');
    const {subjects} = await trial.until(view => (view.ended?.reason === 'complete' ? view : undefined));
    expect(subjects.map(({id, state, seen}) => [id, state, seen])).toEqual(ways.map(id => [id, 'open', 'outside']));
    expect((await trial.end()).exitCode).toBe(0);
    const gone = await ask('outside', ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', trial.links[0] ?? '']);
    expect(gone.stdout).toBe('404');
    expect(await guest('ls /run/jitsi-onebox 2>&1 || true')).toContain('No such file');
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
    await page.context().close();
  });

  test('what the line sends is measured once the visitor agrees, and `capacity` counts with it', async () => {
    const page = await openPage('--measure');
    await Promise.all(ways.map(way => seeOnPage(page, way, 'open', 40)));
    expect(trial.view().subjects.find(({id}) => id === 'line')?.state).toBe('waiting');
    await page.getByRole('button').click();
    await seeOnPage(page, 'line', 'open');
    const {summary = ''} = await trial.until(({subjects}) =>
      subjects.find(({id, state}) => id === 'line' && state === 'open'),
    );
    const [, rate] = /^Upload speed: at least (\S+) Mbit\/s/.exec(summary) ?? [];
    expect((await trial.until(({ended}) => ended))?.reason).toBe('complete');
    const {stdout} = await ask('guest', ['jitsi-onebox', 'capacity']);
    expect(stdout).toContain(`A line that sends ${rate} Mbit/s: about `);
    expect(stdout).toMatch(/measured from outside on \d{4}-\d\d-\d\d/);
    await page.context().close();
  });

  test('a guest whose network only lets port 443 through learns that the relay serves them', async () => {
    expect((await ask('outside', ['nft', strict])).exitCode).toBe(0);
    const page = await openPage();
    await Promise.all(['https', 'websocket', 'relay'].map(way => seeOnPage(page, way, 'open')));
    await Promise.all(['bridge', 'stun'].map(way => seeOnPage(page, way, 'closed')));
    expect(await page.locator('#verdict').textContent()).toMatch(
      /^You can take part\. .* through the relay on port 443\.$/,
    );
    const {advice} = await trial.until(({subjects}) =>
      subjects.find(({id, state}) => id === 'bridge' && state === 'closed'),
    );
    expect(advice).toContain('Forward 10000/udp in the router to 192.168.77.10.');
    await page.context().close();
  });

  test('a browser that may send no UDP says so of itself, and nothing of the ports', async () => {
    const bound = await openBrowser('outside', '--webrtc-ip-handling-policy=disable_non_proxied_udp');
    try {
      trial = await startTrial('doctor', '--outside');
      const page = await bound.open();
      await page.goto(trial.links[0] ?? '', {waitUntil: 'commit'});
      await Promise.all(['https', 'websocket', 'relay'].map(way => seeOnPage(page, way, 'open')));
      await Promise.all(['bridge', 'stun'].map(way => seeOnPage(page, way, 'unsent')));
      expect(await page.locator('#verdict').textContent()).toMatch(/^You can take part\. This browser sends no UDP/);
      const {advice} = await trial.until(({subjects}) => subjects.find(({state}) => state === 'unsent'));
      expect(advice).toContain('another browser');
    } finally {
      await bound.close();
    }
  });

  test('the ports cannot be tried there: their own programs hold them', async () => {
    const {exitCode, stderr} = await ask('guest', ['jitsi-onebox', 'try-ports', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'trial-without-page',
      remedy: expect.stringContaining('doctor --outside'),
    });
  });
});
