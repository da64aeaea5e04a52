import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Breakage, breakages} from './breakages.ts';
import {editCompose} from './edits.ts';
import {requireInstalled} from './hosts.ts';
import {apply, eventually, guest, idOf} from './lab.ts';
import {type Proof, status, statusInTime, withoutHairpin} from './proof.ts';

beforeAll(requireInstalled);

/**
 * What warns of the time to come, what others break, and what the network in front of the host does: test/stack/checks, museum.test.ts,
 * nat.test.ts and media.test.ts show that each can fail.
 */
const elsewhere =
  /^(disk|memory|container-restarts|service-restarts|managed|pending|log|restart-needed|router-forwards|packet-size|ipv6-reach|idle-timeouts|media-direct|media-relay)|^(site-names|site-ports|sites|advisories)$|-(days|chain)$(?<!address-chain)/;

const seen = new Set<string>();
const healed = new Set<string>();
let all: readonly string[] = [];

/** Demands that these codes failed, each with a remedy. */
async function see(codes: readonly string[], proof: Proof): Promise<void> {
  for (const code of codes) {
    const found = proof.checks.find(each => each.code === code);
    expect(found, JSON.stringify(proof.checks.filter(({state}) => state !== 'ok'))).toMatchObject({
      state: expect.stringMatching(/failed|warning/),
      remedy: expect.stringMatching(/./),
    });
    seen.add(code);
  }
}

/**
 * Demands that these codes fail in `status`, and of the others only those that may. What waits for a container that was just made
 * has to fail once its time to start is over.
 */
async function demandFault({codes, also = /^$/, isExcused}: Breakage): Promise<void> {
  const now = await status();
  if (isExcused) expect(now.codes('starting')).toEqual(expect.arrayContaining([...codes]));
  const proof = now.codes('starting').some(code => codes.includes(code)) ? await statusInTime() : now;
  await see(codes, proof);
  expect(proof.exitCode).toBe(1);
  const others = proof.codes('failed').filter(code => !codes.includes(code) && !also.test(code));
  expect(others, JSON.stringify(proof.checks.filter(({state}) => state === 'failed'))).toEqual([]);
}

/** Runs `apply`, and demands that these codes are ok in its own checks. */
async function heal(codes: readonly string[]): Promise<void> {
  const {exitCode, all: told} = await apply('--json');
  expect(exitCode, told).toBe(0);
  const events = told.split('\n').filter(line => line.startsWith('{"v"'));
  const findings: readonly {type: string; check?: string; state?: string}[] = events.map(line => JSON.parse(line));
  for (const code of codes) {
    expect(findings.findLast(({type, check}) => type === 'check-finished' && check === code)?.state, code).toBe('ok');
    healed.add(code);
  }
}

describe.each(breakages)('when $title', ({line, codes, ...breakage}) => {
  test(`${codes.join(', ')} fails with its remedy, and apply heals it`, async () => {
    await guest(line);
    try {
      await eventually(20, () => demandFault({line, codes, ...breakage}));
    } finally {
      // The next one needs a whole installation, whatever happened here.
      await heal(codes);
    }
  });
});

test('when Prosody has kept other passwords than those in .env, the remedy of the failed checks repairs it', async () => {
  const shell = `docker exec ${idOf('prosody')} prosodyctl --config /run/prosody/config/prosody.cfg.lua shell`;
  for (const user of ['focus', 'jvb']) await guest(`${shell} user password ${user}@auth.meet.jitsi rotated`);
  const {checks} = await status();
  const found = checks.filter(({code}) => code === 'jicofo-login' || code === 'videobridge-login');
  expect(found.map(({state}) => state)).toEqual(['failed', 'failed']);
  await guest(/`(rm -r [^`]+)`/.exec(found[0]?.remedy ?? '')?.[1] ?? 'false');
  const answers: Proof[] = [];
  await eventually(60, async () => {
    answers.push(await status());
    expect(answers.at(-1)?.exitCode).toBe(0);
  });
  expect(answers.flatMap(({codes}) => codes('failed', 'unknown'))).toEqual([]);
});

test('a wrong password of Jicofo is the cause also when Docker has found Jicofo unhealthy', async () => {
  const health = `docker inspect --format '{{.State.Health.Status}}' ${idOf('jicofo')}`;
  await guest(editCompose('jicofo', 's/"${JICOFO_AUTH_PASSWORD}"/"wrong"/'));
  try {
    await eventually(150, async () => expect(await guest(health)).toContain('unhealthy'));
    const {checks, codes} = await status();
    expect(codes('failed', 'starting'), JSON.stringify(checks)).toEqual(['jicofo-login']);
    const causes = checks.filter(({cause}) => cause === 'jicofo-login').map(({code}) => code);
    expect(causes).toEqual(expect.arrayContaining(['container-jicofo', 'conference']));
  } finally {
    await heal(['jicofo-login', 'container-jicofo', 'conference']);
  }
});

describe('what an apply leaves as it is', () => {
  test('a rule of the owner that stops participants is named', async () => {
    const rule = 'INPUT -i h0 -p tcp --dport 443 -m state --state NEW -j DROP';
    await guest(`iptables -I ${rule}`);
    await see(['packet-filter'], await status());
    await guest(`iptables -D ${rule}`);
  });

  test('a kernel that forwards no packets is named', async () => {
    await guest('sysctl -q -w net.ipv4.ip_forward=0');
    await see(['packet-forwarding'], await status());
    await guest('sysctl -q -w net.ipv4.ip_forward=1');
  });

  test('there is a warning about a router without hairpin NAT', async () => {
    await see(['public-loopback'], await withoutHairpin(status));
    expect((await status()).codes('ok')).toContain('public-loopback');
  });

  test('there is a warning about a kernel with small buffers, as the lab’s is', async () => {
    const proof = await status();
    await see(['udp-buffers'], proof);
    all = proof.checks.map(({code}) => code);
    expect(proof.codes('failed', 'unknown')).toEqual([]);
  });
});

afterAll(() => {
  console.log(`${seen.size} of ${all.length} codes fail when what they watch is broken; apply healed ${healed.size}`);
  expect(all.filter(code => !seen.has(code) && !elsewhere.test(code))).toEqual([]);
  // An apply cannot change the router or the buffers of the kernel, and does not change rules and settings of others.
  const kept = all.filter(code => !healed.has(code) && !elsewhere.test(code));
  expect(kept.toSorted()).toEqual(['packet-filter', 'packet-forwarding', 'public-loopback', 'udp-buffers']);
});
