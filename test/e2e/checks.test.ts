import {beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, idOf, lab, outside, plan} from './lab.ts';
import {checkFrom, program, status, withoutHairpin} from './proof.ts';
import {findSecrets} from './secrets.ts';

beforeAll(requireInstalled);

/** Lists the relay's allocations, each of which is a socket. */
async function listAllocations(): Promise<readonly string[]> {
  const pid = await guest(`docker inspect --format '{{.State.Pid}}' ${idOf('turn')}`);
  // Docker's resolver has one in every container.
  const sockets = (await guest(`nsenter --target ${pid} --net ss -Hlun`)).split('\n');
  expect(sockets.length).toBeGreaterThan(1);
  return sockets.filter(line => !/127\.0\.0\.11:|:(3478|3479|5349|5350) /.test(line));
}

/** Asks Jicofo and the bridge, in their containers, which rooms and conferences they know. */
async function listConferences(): Promise<{readonly rooms: readonly string[]; readonly bridged: readonly string[]}> {
  const read = async (service: string, port: number) =>
    JSON.parse(await guest(`docker exec ${idOf(service)} curl -sS http://127.0.0.1:${port}/debug`));
  const [jicofo, bridge] = await Promise.all([read('jicofo', 8888), read('videobridge', 8080)]);
  return {rooms: Object.keys(jicofo.focus_manager), bridged: Object.keys(bridge.conferences)};
}

describe('a healthy installation', () => {
  test('has only the warning about what a lab’s kernel refuses', async () => {
    const {exitCode, checks, codes} = await status();
    expect(codes('warning', 'failed', 'unknown'), JSON.stringify(checks)).toEqual(['udp-buffers']);
    expect(checks).toHaveLength(67);
    expect(exitCode).toBe(0);
  });

  test('is described in one file for those who help, with no secret in it', async () => {
    await guest('rm -f /root/bundle.txt; jitsi-onebox doctor --bundle /root/bundle.txt');
    const bundle = await guest('cat /root/bundle.txt');
    const titles = [...bundle.matchAll(/^===== (.*) =====$/gm)].map(([, title]) => title);
    expect(titles).toEqual(expect.arrayContaining(['Settings', 'Plan', 'Checks', 'Facts', 'Log of prosody']));
    expect(titles).toEqual(expect.arrayContaining([expect.stringMatching(/^Run /), 'Journal of nginx']));
    const secrets = await findSecrets();
    expect(secrets.filter(({value}) => bundle.includes(value)).map(({name}) => name)).toEqual([]);
    expect(bundle).not.toMatch(/admin@|onebox-check-\w+@|\b198\.51\.100\.(?!10\b)/);
    expect(await guest('stat -c %a /root/bundle.txt')).toBe('600');
    expect((await ask('guest', ['jitsi-onebox', 'doctor', '--bundle', '/root/bundle.txt'])).exitCode).toBe(64);
  });

  test('is proven by a second apply, the call included', async () => {
    const {exitCode, all} = await apply('--json');
    const events: {type: string; check?: string; state?: string}[] = all
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line));
    expect(exitCode, all).toBe(0);
    expect(events.find(({type, check}) => type === 'check-finished' && check === 'turn-relay')?.state).toBe('ok');
  });

  test('keeps nothing of the call after 10 s: no room, no session, no conference, no allocation', async () => {
    // A participant of another test may have left without closing: the allocation stays for minutes.
    const before = await listAllocations();
    const {exitCode, checks, codes} = await status();
    expect(exitCode, JSON.stringify(checks)).toBe(0);
    expect(codes('ok')).toEqual(expect.arrayContaining(['conference', 'turn-relay', 'media-direct', 'media-relay']));
    const ask = `docker exec ${idOf('prosody')} prosodyctl --config /run/prosody/config/prosody.cfg.lua shell`;
    await eventually(10, async () => {
      const sessions = await guest(`${ask} c2s show`);
      expect(sessions).toContain('focus@auth.meet.jitsi');
      expect(sessions).not.toMatch(/@meet\.jitsi/);
      expect(await guest(`${ask} muc list muc.meet.jitsi`)).not.toContain('onebox-check');
      // Jicofo's own number.
      expect((await plan('--set', 'memory.videobridge=601m')).all).toContain('nobody is in one now');
      const {rooms, bridged} = await listConferences();
      expect(rooms.filter(room => !room.startsWith('__jicofo-health-check'))).toEqual([]);
      expect(bridged).toEqual([]);
      expect((await listAllocations()).filter(each => !before.includes(each))).toEqual([]);
    });
  });

  test('leaves no complaint of Jicofo about its participants', async () => {
    const since = await guest('date +--since=%s');
    expect((await status()).exitCode).toBe(0);
    expect(await guest(`docker logs ${since} ${idOf('jicofo')} 2>&1`)).not.toMatch(/SEVERE|No response for disco/);
  });

  test('is proven again and again, and its first call after a restart too', async () => {
    const said = await lab('steady', '--quick');
    expect(said).toMatch(
      /doctor: 4 of 4 green[\s\S]*status: 4 of 4 green[\s\S]*apply: 1 of 1 green[\s\S]*cold: the first call/,
    );
  });

  test('passes without hairpin NAT in the router, and says so', async () => {
    const {exitCode, checks, codes} = await withoutHairpin(status);
    expect(codes('failed', 'unknown'), JSON.stringify(checks)).toEqual([]);
    expect(codes('warning').toSorted()).toEqual(['public-loopback', 'udp-buffers']);
    expect(checks.find(({code}) => code === 'meet-https')?.evidence).toContain('192.168.77.10, without the router');
    expect(exitCode).toBe(0);
  });

  test('doctor shows the evidence; without root there is no answer', async () => {
    const doctor = await ask('guest', ['jitsi-onebox', 'doctor']);
    expect(doctor.stdout).toContain('ICE check answered by 172.28.0.5:10000/udp');
    const stranger = await ask('guest', ['setpriv', '--reuid=65534', '--clear-groups', 'jitsi-onebox', 'status']);
    expect([stranger.exitCode, stranger.stderr]).toEqual([1, expect.stringContaining('not-root')]);
  });
});

describe('check, from another machine', () => {
  test('on the internet: everything works, and the report says that it is reachable from there', async () => {
    const {exitCode, checks, codes} = await checkFrom('outside');
    expect(codes('warning', 'failed', 'unknown'), JSON.stringify(checks)).toEqual([]);
    expect(checks).toHaveLength(19);
    expect(checks.find(({code}) => code === 'meet-https')?.summary).toContain('reachable from the internet');
    expect(exitCode).toBe(0);
  });

  test('in the local network: everything works, and the report says nothing about the internet', async () => {
    const {exitCode, checks} = await checkFrom('lan');
    expect(exitCode, JSON.stringify(checks)).toBe(0);
    expect(JSON.stringify(checks)).not.toContain('from the internet');
  });

  test('behind a firewall that only TCP 443 passes: the relay works, and the report calls the direct path blocked', async () => {
    const rules = `table ip strict {
  chain output {
    type filter hook output priority filter; policy drop;
    tcp dport 443 accept
    ip daddr 198.51.100.53 udp dport 53 accept
    oifname "lo" accept
  }
}`;
    await ask('outside', ['nft', '--file', '-'], rules);
    onTestFinished(async () => void (await outside('nft delete table ip strict')));
    const {exitCode, checks, codes} = await checkFrom('outside');
    expect(codes('failed', 'unknown'), JSON.stringify(checks)).toEqual([]);
    expect(codes('warning').toSorted()).toEqual(['http-redirect', 'media-direct', 'media-port', 'stun-port']);
    expect(codes('ok')).toEqual(expect.arrayContaining(['turn-relay', 'media-relay']));
    expect(checks.find(({code}) => code === 'media-port')?.summary).toContain('direct path is blocked');
    expect(exitCode).toBe(0);
  });

  test('of a name that does not exist: that is the one finding, and the exit status is 1', async () => {
    const {exitCode, all} = await ask('outside', [program, 'check', 'nobody.example.net']);
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(/^failed +nobody\.example\.net (has no DNS entry|could not be looked up)/);
    expect(all).toContain('0 ok, 0 warnings, 1 failed, 18 unknown');
  });
});

describe('a neighbour on the local network', () => {
  test.each(['192.168.77.10 8289', '192.168.77.10 4444', '192.168.77.10 5349', '172.28.0.2 8000', '172.28.0.6 5349'])(
    'does not reach %s, not even by a route to the containers',
    async place => {
      const [address, port] = place.split(' ');
      const line = `ip route replace 172.28.0.0/24 via 192.168.77.10; timeout 2 bash -c '</dev/tcp/${address}/${port}'; code=$?; ip route del 172.28.0.0/24; exit $code`;
      expect((await ask('lan', ['sh', '-c', line])).exitCode).not.toBe(0);
      expect((await ask('lan', ['bash', '-c', '</dev/tcp/192.168.77.10/443'])).exitCode).toBe(0);
    },
  );
});

describe('a file that somebody changed', () => {
  const path = '/etc/haproxy/haproxy.cfg';
  const isChanged = async () => (await status()).codes('warning').includes('managed-files');

  test('the difference is shown; the change is kept and merged, or given up', async () => {
    await guest(`cp -p ${path} /tmp/ours && echo '# mine' >> ${path} && touch -r /tmp/ours ${path}`);
    onTestFinished(async () => void (await apply()));
    expect(await isChanged()).toBe(true);
    const shown = await ask('guest', ['jitsi-onebox', 'plan']);
    expect([shown.exitCode, shown.stdout]).toEqual([2, expect.stringMatching(/^\s*- ?# mine$/m)]);

    expect((await ask('guest', ['jitsi-onebox', 'doctor', '--keep', path])).exitCode).toBe(0);
    expect(await isChanged()).toBe(false);
    expect(await plan()).toMatchObject({exitCode: 0, changes: []});
    // Another port of ours goes into the file; the change is not part of the difference.
    const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--set', 'ports.mmproxy=4455']);
    expect(stdout).toMatch(/^\s*\+.*127\.0\.0\.1:4455/m);
    expect(stdout).not.toContain('# mine');

    await ask('guest', ['jitsi-onebox', 'doctor', '--take', path]);
    expect((await plan()).changes.map(({id}) => id)).toContain(`file:${path}`);
    expect((await apply()).exitCode).toBe(0);
    expect(await guest(`diff ${path} /tmp/ours && cat /etc/jitsi-onebox/settings.yaml`)).not.toContain(`- ${path}`);
  });
});
