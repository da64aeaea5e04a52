import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, lab, outside, settings} from './lab.ts';
import {countNamed, type Exhibit, lookAfter, lookBefore, show} from './museum.ts';
import {networkAfter, networkBefore} from './museum-network.ts';
import {checkFrom, status} from './proof.ts';

const wantsAll = process.env.TEST_ALL === '1';

beforeAll(requireInstalled);

afterAll(async () => {
  await lab('nat', 'port-restricted');
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
  {kind: 'symmetric', facts: {translation: {value: {mapping: 'address-and-port-dependent'}}}},
  // That there is no hairpin is true, and does no harm: it is the one fault that this kind has.
  {kind: 'no-hairpin', facts: {nat: {value: 'single'}}, checked: ['public-loopback']},
  {kind: 'double', facts: {nat: {value: 'double'}}},
];

const good = everyKind.filter(({kind}) => wantsAll || kind === 'symmetric' || kind === 'double');

describe('a healthy host has no wrong finding in any kind of NAT that can work', () => {
  const proven: string[] = [];

  test.each(good)('behind a router of kind $kind', async ({kind, facts, checked = []}) => {
    await lab('nat', kind);
    expect(await detect()).toMatchObject(facts);
    expect(await warnings()).toEqual([]);
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
    console.log(`healthy: ${proven.length} of ${all.length} kinds`);
    expect(proven).toEqual(all);
  });
});

/** What is shown here, in CI, too; the museum has every fault. */
const usual = [
  'an address that the provider shares (CGNAT)',
  '443/tcp is not forwarded',
  '10000/udp is not forwarded',
  'the public address has changed',
  'large packets are lost',
  'a router without hairpin NAT',
  'silent connections are cut',
];
const isUsual = ({title}: Exhibit) => usual.includes(title);

describe('a fault of the network is named by its own code, with at most one more finding', () => {
  test.each(networkBefore.filter(isUsual))('$title: $code', exhibit => show(exhibit, lookBefore));
  test.each(networkAfter.filter(isUsual))('$title: $code', exhibit => show(exhibit, lookAfter));

  afterAll(() => {
    const {shown, named} = countNamed();
    console.log(`${named} of ${shown} faults of the network are named by their own code`);
    expect([shown, named]).toEqual([usual.length, usual.length]);
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
    // A router that does not answer in time is not blamed, and a busy machine's is slow.
    await eventually(30, async () => {
      const {checks} = await status();
      const lost = checks.find(({code}) => code === 'port-mapping');
      expect(lost).toMatchObject({state: 'failed', remedy: expect.stringContaining('router renew')});
      expect(lost?.summary).toContain('80/tcp, 443/tcp, 3478/udp, 10000/udp');
    });
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
