import {beforeAll, describe, expect, test} from 'vitest';
import type {CheckResult} from '../../src/model/check.ts';
import {editRelay, turn} from './edits.ts';
import {requireInstalled} from './hosts.ts';
import {ask, eventually, guest, idOf} from './lab.ts';
import {checkFrom, type Proof, status} from './proof.ts';

beforeAll(requireInstalled);

const media = ['media-direct', 'media-relay'];
/** What DTLS sends (its first byte says so, RFC 7983), and nothing of a connectivity check. */
const dtls = '@th,64,8 >= 20 @th,64,8 <= 63';

const pick = ({checks}: Proof, code: string): Partial<CheckResult> => checks.find(each => each.code === code) ?? {};
/** The findings, but the one about the lab's own kernel. */
const list = ({codes}: Proof) => codes('failed', 'warning').filter(code => code !== 'udp-buffers');

/** Runs a task while the router drops what these rules name. */
async function whileRouterDrops(rule: string, task: () => Promise<void>): Promise<void> {
  const table = `table ip unkind { chain forward { type filter hook forward priority -5; ${rule} drop; }; }`;
  await ask('router', ['nft', table]);
  try {
    // On a busy machine, a router with hairpin NAT now and then seems to have none.
    await eventually(60, task);
  } finally {
    await ask('router', ['nft', 'delete', 'table', 'ip', 'unkind']);
  }
  await eventually(60, async () => expect(list(await status())).toEqual([]));
}

describe('the audio of a call', () => {
  test('comes out at another participant directly and through the relay', {retry: 4}, async () => {
    const proof = await status();
    const found = media.map(code => pick(proof, code));
    expect(found.map(({state}) => state)).toEqual(['ok', 'ok']);
    for (const {ms, evidence} of found) {
      expect(evidence).toMatch(/^5 of \d+ and 5 of \d+ packets, the first within \d+ ms, at /);
      expect(Number(ms) - Number(pick(proof, 'conference').ms)).toBeLessThan(3000);
    }
    expect(found[0]?.evidence).toContain('198.51.100.10:10000/udp');
    expect(found[1]?.evidence).toContain('172.28.0.5:10000/udp');
    console.log(found.map(({code, ms, evidence}) => `${code}: ${ms} ms, ${evidence}`).join('\n'));
  });

  test('passes from the internet, too', async () => {
    const {codes, exitCode} = await checkFrom('outside');
    expect(codes('ok')).toEqual(expect.arrayContaining(media));
    expect(exitCode).toBe(0);
  });

  test('that passes as long as it is not encrypted, is named by its own check', async () => {
    await whileRouterDrops(`udp dport 10000 ${dtls}`, async () => {
      const proof = await status();
      expect(list(proof)).toEqual(media);
      expect(pick(proof, 'media-direct')).toMatchObject({
        state: 'warning',
        evidence: expect.stringMatching(/^198\.51\.100\.10:10000\/udp: DTLS handshake: no answer/),
        remedy: expect.stringContaining('firewall of the router'),
      });
      expect(pick(proof, 'media-relay').summary).toContain('not tried, since media-direct did not pass');
    });
  });

  test('that stops between relay and bridge is named by its own check', async () => {
    const pid = await guest(`docker inspect --format '{{.State.Pid}}' ${idOf('turn')}`);
    // What the relay sends for a participant who shakes hands is larger than a connectivity check.
    const rule = 'OUTPUT -p udp --dport 10000 -m length --length 300: -j DROP';
    await guest(`nsenter --target ${pid} --net iptables -A ${rule}`);
    try {
      await eventually(60, async () => {
        const proof = await status();
        expect(list(proof)).toEqual(['media-relay']);
        expect(pick(proof, 'media-relay').evidence).toMatch(/^172\.28\.0\.5:10000\/udp: DTLS handshake: no answer/);
      });
    } finally {
      await guest(`nsenter --target ${pid} --net iptables -D ${rule}`);
    }
    await eventually(60, async () => expect(list(await status())).toEqual([]));
  });

  test('is no finding of its own where the answers of the bridge are lost', async () => {
    await whileRouterDrops('udp sport 10000', async () => {
      const proof = await status();
      expect(list(proof)).toEqual(['router-forwards']);
      expect(pick(proof, 'media-direct')).toMatchObject({
        state: 'unknown',
        summary: expect.stringMatching(/not tried, since (media-port|router-forwards) did not pass/),
      });
      expect(proof.codes('ok')).toContain('media-relay');
    });
  });

  test('is no finding of its own where the relay denies the bridge', async () => {
    await guest(`cp -p ${turn}/turnserver.conf /tmp/relay && ${editRelay('/^allowed-peer-ip/d')}`);
    try {
      await eventually(30, async () => {
        const proof = await status();
        expect(list(proof).filter(code => code !== 'managed-files')).toEqual(['turn-relay']);
        expect(pick(proof, 'media-relay').summary).toContain('not tried, since turn-relay did not pass');
        expect(proof.codes('ok')).toContain('media-direct');
      });
    } finally {
      await guest(`cp -p /tmp/relay ${turn}/turnserver.conf && docker restart --time 1 ${idOf('turn')}`);
    }
    await eventually(60, async () => expect(list(await status())).toEqual([]));
  });
});
