import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, lab, outside, settings} from './lab.ts';
import {checkFrom, status} from './proof.ts';

const wantsAll = process.env.TEST_ALL === '1';

beforeAll(requireInstalled);

afterAll(async () => {
  await lab('nat', 'port-restricted');
  for (const {fault} of faults) await lab('fault', fault, 'off');
});

type Facts = Readonly<Record<string, {readonly value?: unknown}>>;

async function detect(): Promise<Facts> {
  return JSON.parse((await ask('guest', ['jitsi-onebox', 'detect', '--json'])).stdout);
}

async function warnings(): Promise<readonly string[]> {
  const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--json']);
  const {warnings: found}: {warnings: readonly {code: string}[]} = JSON.parse(stdout);
  return found.map(({code}) => code).toSorted();
}

type Kind = {
  readonly kind: string;
  readonly facts: Facts;
  /** The warnings of a plan, which are true. */
  readonly warned?: readonly string[];
  /** The warnings of the checks, besides that of the lab's kernel. */
  readonly checked?: readonly string[];
};

const keepsPort = {value: {mapping: 'endpoint-independent', filtering: 'address-and-port-dependent'}};

/** The kinds in which a server can work, and what is seen in each. */
const everyKind: readonly Kind[] = [
  {kind: 'port-restricted', facts: {nat: {value: 'single'}, translation: keepsPort}},
  {
    kind: 'full-cone',
    facts: {translation: {value: {mapping: 'endpoint-independent', filtering: 'endpoint-independent'}}},
  },
  {
    kind: 'symmetric',
    facts: {translation: {value: {mapping: 'address-and-port-dependent'}}},
    warned: ['symmetric-nat'],
  },
  {kind: 'no-hairpin', facts: {nat: {value: 'single'}}, checked: ['public-loopback']},
  {kind: 'double', facts: {nat: {value: 'double'}}, warned: ['double-nat']},
];

const good = everyKind.filter(({kind}) => wantsAll || kind === 'symmetric' || kind === 'double');

describe('a healthy host has no wrong finding', () => {
  const proven: string[] = [];

  test.each(good)('behind a router of kind $kind', async ({kind, facts, warned = [], checked = []}) => {
    await lab('nat', kind);
    expect(await detect()).toMatchObject(facts);
    expect(await warnings()).toEqual(warned);
    await eventually(20, async () => {
      const {exitCode, checks, codes} = await status();
      expect(codes('failed', 'unknown', 'starting'), JSON.stringify(checks)).toEqual([]);
      expect(codes('warning').toSorted()).toEqual([...checked, 'udp-buffers'].toSorted());
      expect(exitCode).toBe(0);
    });
    const elsewhere = await checkFrom('outside');
    expect(elsewhere.codes('failed', 'unknown', 'warning'), JSON.stringify(elsewhere.checks)).toEqual([]);
    proven.push(kind);
  });

  test.runIf(wantsAll)('without NAT, once the new address is applied', async () => {
    await lab('nat', 'none');
    expect((await apply()).exitCode).toBe(0);
    expect(await detect()).toMatchObject({nat: {value: 'none'}, translation: {value: {mapping: 'none'}}});
    const {exitCode, checks, codes} = await status();
    expect(codes('failed', 'unknown'), JSON.stringify(checks)).toEqual([]);
    expect(codes('warning')).toEqual(['udp-buffers']);
    expect(exitCode).toBe(0);
    await lab('nat', 'port-restricted');
    expect((await apply()).exitCode).toBe(0);
    proven.push('none');
  });

  afterAll(async () => {
    await lab('nat', 'port-restricted');
    const all = [...good.map(({kind}) => kind), ...(wantsAll ? ['none'] : [])];
    console.log(`${proven.length} of ${all.length} kinds of NAT that work give no wrong finding`);
    expect(proven).toEqual(all);
  });
});

type Trouble = {
  readonly fault: string;
  /** The code that names it, by the checks or by a plan. */
  readonly code: string;
  readonly by?: 'plan';
  readonly says: RegExp;
  readonly remedy: RegExp;
  /** One more finding that may follow from it; checks that were not tried for it do not count. */
  readonly also?: readonly string[];
  /** A kind of router in place of a fault. */
  readonly isKind?: true;
};

const closed = (port: number, protocol: string): Trouble => ({
  fault: `closed-${port}`,
  code: 'router-forwards',
  says: new RegExp(`does not forward ${port}/${protocol} to this host`),
  remedy: new RegExp(`^Forward ${port}/${protocol} to 192\\.168\\.77\\.10, port ${port} in the router`),
});

const everyFault: readonly Trouble[] = [
  closed(80, 'tcp'),
  closed(443, 'tcp'),
  closed(3478, 'udp'),
  closed(10_000, 'udp'),
  {
    fault: 'media-elsewhere',
    code: 'router-forwards',
    says: /does not forward 10000\/udp/,
    remedy: /same port inside as outside/,
  },
  {
    fault: 'address-changed',
    code: 'public-address',
    says: /is 198\.51\.100\.11 now/,
    remedy: /apply.*198\.51\.100\.11/,
  },
  {fault: 'mtu-black-hole', code: 'packet-size', says: /more than 1400 bytes are lost/, remedy: /MTU.* to 1400/},
  {fault: 'aaaa-unreachable', code: 'ipv6-reach', says: /2a02:db8:77::10/, remedy: /Remove the AAAA record/},
  {fault: 'vpn', code: 'vpn-default-route', by: 'plan', says: /vpn0, a tunnel/, remedy: /VPN/, also: ['address-kept']},
];

/** What is tried in CI; TEST_ALL tries every one. */
const usual = ['closed-443', 'closed-10000', 'address-changed', 'mtu-black-hole', 'carrier', 'no-hairpin'];
const isTried = ({fault}: Trouble) => wantsAll || usual.includes(fault);
const faults = everyFault.filter(isTried);

const kindsOfTrouble: readonly Trouble[] = [
  {
    fault: 'no-hairpin',
    code: 'public-loopback',
    says: /does not support hairpin/,
    remedy: /NAT loopback/,
    isKind: true,
  },
  {
    fault: 'symmetric-closed',
    code: 'symmetric-nat',
    by: 'plan',
    says: /another port for each destination/,
    remedy: /10000\/udp/,
    isKind: true,
  },
  {
    fault: 'double-closed',
    code: 'double-nat',
    by: 'plan',
    says: /another router in front/,
    remedy: /outer router/,
    isKind: true,
  },
  {fault: 'carrier', code: 'cgnat', by: 'plan', says: /shares 198\.51\.100\.10/, remedy: /provider/, isKind: true},
];

type Found = {readonly code: string; readonly summary: string; readonly remedy?: string};

async function findAll(by: 'plan' | undefined): Promise<readonly Found[]> {
  if (by === 'plan') {
    const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--json']);
    return JSON.parse(stdout).warnings;
  }
  const {checks} = await status();
  return checks.filter(({state, code}) => (state === 'failed' || state === 'warning') && code !== 'udp-buffers');
}

describe('a fault of the network is named by its own code, with at most one more finding', () => {
  const named: string[] = [];
  const all = [...faults, ...kindsOfTrouble.filter(isTried)];

  test.each(all)('$fault: $code', async ({fault, code, by, says, remedy, also = [], isKind}) => {
    await (isKind ? lab('nat', fault) : lab('fault', fault, 'on'));
    try {
      await eventually(10, async () => {
        const found = await findAll(by);
        const own = found.find(each => each.code === code);
        expect(own?.summary, JSON.stringify(found)).toMatch(says);
        expect(own?.remedy).toMatch(remedy);
        expect(found.map(each => each.code).filter(each => each !== code && !also.includes(each))).toEqual([]);
        expect(found.length).toBeLessThanOrEqual(2);
      });
      named.push(fault);
    } finally {
      await (isKind ? lab('nat', 'port-restricted') : lab('fault', fault, 'off'));
    }
  });

  test('idle-timeouts: HAProxy cuts silent connections', async () => {
    await guest(
      "sed -i 's/timeout tunnel .*/timeout tunnel 50s/' /etc/haproxy/haproxy.cfg && systemctl reload haproxy",
    );
    const {checks} = await status();
    expect(checks.find(({code}) => code === 'idle-timeouts')).toMatchObject({
      state: 'failed',
      evidence: expect.stringContaining('timeout tunnel 50s'),
    });
    expect((await apply()).exitCode).toBe(0);
    expect((await status()).codes('failed', 'unknown')).toEqual([]);
    named.push('idle-timeouts');
  });

  afterAll(() => {
    console.log(`${named.length} of ${all.length + 1} faults of the network are named by their own code`);
    expect(named).toHaveLength(all.length + 1);
  });
});

describe('a router that takes requests for forwards', () => {
  const forwards = async () =>
    (await ask('router', ['nft', 'list', 'table', 'inet', 'miniupnpd'])).stdout.match(/dnat/g)?.length ?? 0;
  const page = 'curl -sS --max-time 5 -o /dev/null -w "%{http_code}" https://meet.example.test/';

  test('is asked only if the settings say so; then the pages answer on the internet, and a second apply finds nothing', async () => {
    await lab('nat', 'igd');
    expect(await detect()).toMatchObject({router: {value: {offers: ['pcp', 'nat-pmp', 'upnp']}}});
    expect((await apply()).exitCode).toBe(0);
    expect(await forwards()).toBe(0);
    const {exitCode, all} = await apply('--set', 'router.forward=true');
    expect(exitCode, all).toBe(0);
    expect(await forwards()).toBe(4);
    expect(await outside(page)).toBe('200');
    expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
    expect((await status()).codes('ok')).toContain('port-mapping');
    expect(await guest('stat -c %a /var/lib/jitsi-onebox/forward-*')).toMatch(/^(600\n?){4}$/);
  });

  test('a router that forgot them is named, and the timer’s command asks again', async () => {
    await lab('igd-restart');
    const {checks} = await status();
    const lost = checks.find(({code}) => code === 'port-mapping');
    expect(lost).toMatchObject({state: 'failed', remedy: expect.stringContaining('router renew')});
    expect(lost?.summary).toContain('80/tcp, 443/tcp, 3478/udp, 10000/udp');
    await guest('systemctl start jitsi-onebox-router.service');
    expect(await forwards()).toBe(4);
    expect((await status()).codes('failed', 'unknown')).toEqual([]);
    expect(await guest('systemctl is-enabled jitsi-onebox-router.timer')).toBe('enabled');
  });

  test('an undo gives them back', async () => {
    expect((await ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain'])).exitCode).toBe(0);
    expect(await forwards()).toBe(0);
    expect(await guest('cat /etc/jitsi-onebox/settings.yaml')).toBe(settings.trimEnd());
    expect((await ask('guest', ['sh', '-c', 'ls /var/lib/jitsi-onebox/forward-*'])).exitCode).not.toBe(0);
    await lab('nat', 'port-restricted');
    expect((await status()).exitCode).toBe(0);
  });

  // Afterwards nothing is installed.
  test.runIf(wantsAll)('an uninstallation gives them back, too', async () => {
    await lab('nat', 'igd');
    const applied = await apply('--set', 'router.forward=true');
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await forwards()).toBe(4);
    const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'uninstall', '--yes', '--plain']);
    expect(exitCode, all).toBe(0);
    expect(await forwards()).toBe(0);
    expect((await ask('guest', ['sh', '-c', 'ls /var/lib/jitsi-onebox/forward-*'])).exitCode).not.toBe(0);
  });
});
