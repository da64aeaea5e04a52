import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';
import {readAssets} from '../../../src/host/assets.ts';
import type {TrialResult} from '../../../src/model/trial.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {renderPage} from '../../../src/stack/trial/page.ts';
import {concludeWays, describeBridge, drawWays, listWays, wordWay} from '../../../src/stack/trial/ways.ts';
import {wordPort} from '../../../src/stack/trial/words.ts';
import {makeInput} from '../input.ts';

const {blueprint} = drawBlueprint(makeInput());
const base = '/.well-known/jitsi-onebox/nonce';

test('the page refers to nothing outside, and its policy names exactly its own style and script', () => {
  const subjects = [{id: '80/tcp', name: '</script><b>', way: 'fetch', url: '/x'}] as const;
  const {body, headers} = renderPage({title: 'A title', base, origins: ['http://a.test'], subjects}, readAssets());
  expect(body).not.toMatch(/(?:src|href)\s*=|url\(/i);
  const scripts = [...body.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text);
  expect(scripts).toHaveLength(1);
  const policy = headers['content-security-policy'];
  expect(policy).toContain(
    `script-src 'sha256-${createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64')}'`,
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self' http://a.test");
  const data = /id="trial">([\s\S]*?)<\/script>/.exec(body)?.[1] ?? '';
  expect(JSON.parse(data)).toMatchObject({base, subjects});
  expect(body.length).toBeLessThan(16_000);
});

test('the credentials for the relay end with the trial, and the secret is not in the page', () => {
  const ways = drawWays(blueprint, {base, until: 1234});
  expect(ways.map(({id}) => id)).toEqual(listWays(blueprint).map(({id}) => id));
  const relay = ways.find(({id}) => id === 'relay');
  expect(relay).toMatchObject({policy: 'relay', servers: [{username: expect.stringMatching(/^1234:trial-/)}]});
  expect(JSON.stringify(ways)).not.toContain(blueprint.passwords.values.TURN_CREDENTIALS.reveal());
  expect(drawWays({...blueprint, turnDomain: undefined}, {base, until: 0}).map(({id}) => id)).toEqual([
    'https',
    'websocket',
    'bridge',
  ]);
});

test('the line is measured only where that is wanted', () => {
  const idsOf = (measures: boolean) => [
    listWays(blueprint, {measures}).map(({id}) => id),
    drawWays(blueprint, {base, until: 0, measures}).map(({id}) => id),
  ];
  const [ways = []] = idsOf(false);
  expect(ways).not.toContain('line');
  expect(idsOf(true)).toEqual([
    [...ways, 'line'],
    [...ways, 'line'],
  ]);
});

test('the bridge is offered at the public address alone', () => {
  const invitation = {
    ufrag: 'u',
    password: 'p',
    fingerprint: 'AA:BB',
    candidates: [{type: 'host', address: '172.30.0.5', port: 10_000}],
  };
  const sdp = describeBridge(invitation, blueprint);
  expect(sdp.match(/a=candidate:.*/g)).toEqual([
    expect.stringContaining(` ${blueprint.publicAddress} ${blueprint.ports.media} `),
  ]);
  expect(sdp).toMatch(/^v=0\r\n/);
});

test('a browser that sends no UDP says nothing about a port or a network', () => {
  const subject = {id: '3478/udp', purpose: 'STUN and TURN', remedy: 'Forward it.'};
  for (const seen of ['outside', 'inside'] as const)
    for (const words of [wordPort, wordWay]) {
      const {summary, remedy} = words({subject, result: 'unsent', from: '198.51.100.7', seen});
      expect(summary).toMatch(/not tried.* browser at 198\.51\.100\.7 sends no UDP\.$/);
      expect(remedy).toMatch(/another browser/);
    }
});

test.each<[RegExp, Partial<Record<string, TrialResult>>]>([
  [/travel directly/, {}],
  [/relay on port 443/, {bridge: 'closed', stun: 'closed'}],
  [/do not get through/, {bridge: 'closed', relay: 'closed'}],
  [/take part\. This browser sends no UDP, .* the relay on port 443/, {bridge: 'unsent', stun: 'unsent'}],
  [/browser sends no UDP: audio and video do not get through/, {bridge: 'unsent', stun: 'unsent', relay: 'closed'}],
  [/cannot join/, {websocket: 'closed'}],
])('the page shows the visitor %s', (words, bad) => {
  const subjects = listWays(blueprint);
  const results = new Map(subjects.map(({id}) => [id, bad[id] ?? 'open']));
  expect(concludeWays(subjects, results)).toMatch(words);
  expect(concludeWays(listWays(blueprint, {measures: true}), results)).toMatch(words);
  results.delete('stun');
  expect(concludeWays(subjects, results)).toBe('');
});
