import {randomBytes} from 'node:crypto';
import type {TrialResult, TrialSubject} from '../../model/trial.ts';
import type {Invitation} from '../../network/xmpp/invitation.ts';
import type {Blueprint} from '../blueprint.ts';
import {makeRelayCredentials} from './credentials.ts';
import type {PageSubject} from './page.ts';
import {type Outcome, otherBrowser, type Words} from './words.ts';

export type WayId = 'https' | 'websocket' | 'bridge' | 'relay' | 'stun' | 'line';

/** The names of the ways to take part, for the visitor. */
const names: Readonly<Record<WayId, string>> = {
  https: 'Meeting pages',
  websocket: 'Joining and chat',
  bridge: 'Audio and video, directly',
  relay: 'Audio and video, through the relay on port 443',
  stun: 'Direct calls of two people (STUN)',
  line: 'What the line of the server sends',
};

/** Lists the ways to take part in a meeting on an installed server; with the line, if it is to be measured. */
export function listWays(blueprint: Blueprint, {measures = false} = {}): readonly TrialSubject[] {
  const {ports, turnDomain, publicAddress, localAddress} = blueprint;
  const pass = (port: string) =>
    publicAddress === localAddress
      ? `Let your provider's firewall pass ${port} to ${localAddress}.`
      : `Forward ${port} in the router to ${localAddress}.`;
  const blocked = 'If the server has a forward for it, the network of the visitor blocks it: try another one.';
  const way = (id: WayId, purpose: string, remedy: string): TrialSubject => ({id, purpose, remedy});
  return [
    way('https', 'meeting pages', pass('443/tcp')),
    way(
      'websocket',
      'joining and chat',
      'Run `jitsi-onebox doctor`. If it is green, a proxy in the network of the visitor stops websockets.',
    ),
    way('bridge', `audio and video on ${ports.media}/udp`, `${pass(`${ports.media}/udp`)} ${blocked}`),
    ...(turnDomain === undefined
      ? []
      : [
          way(
            'relay',
            'audio and video through 443/tcp',
            `Run \`jitsi-onebox doctor\`, and let ${turnDomain} resolve to ${publicAddress}.`,
          ),
          way('stun', `direct calls with ${ports.stun}/udp`, `${pass(`${ports.stun}/udp`)} ${blocked}`),
        ]),
    ...(measures ? [way('line', 'upload speed', 'Press its button on the page again.')] : []),
  ];
}

export type PageAddress = {readonly base: string; readonly until: number; readonly measures?: boolean};

/** Says how the page tries each way. Credentials for the relay end with the trial. */
export function drawWays(blueprint: Blueprint, {base, until, measures = false}: PageAddress): readonly PageSubject[] {
  const {domain, turnDomain, ports, passwords} = blueprint;
  const own: readonly PageSubject[] = [
    {...named('https'), way: 'fetch', url: `${base}/try/https`},
    {...named('websocket'), way: 'websocket', url: `wss://${domain}/xmpp-websocket`, protocol: 'xmpp'},
    {...named('bridge'), way: 'bridge', url: `${base}/call`},
  ];
  const line: readonly PageSubject[] = measures ? [{...named('line'), way: 'line', url: `${base}/line`}] : [];
  if (turnDomain === undefined) return [...own, ...line];
  const who = `trial-${randomBytes(4).toString('hex')}`;
  const credentials = makeRelayCredentials(passwords.values.TURN_CREDENTIALS, until, who);
  const relay = {urls: `turns:${turnDomain}:443?transport=tcp`, ...credentials};
  const stun = {urls: `stun:${turnDomain}:${ports.stun}`};
  return [
    ...own,
    {...named('relay'), way: 'candidate', policy: 'relay', type: 'relay', servers: [relay]},
    {...named('stun'), way: 'candidate', policy: 'all', type: 'srflx', servers: [stun]},
    ...line,
  ];
}

const named = (id: WayId) => ({id, name: names[id]});

/** Writes the offer of a session with the bridge at its public address. Only its answer to a connectivity check is awaited. */
export function describeBridge({ufrag, password, fingerprint}: Invitation, {publicAddress, ports}: Blueprint): string {
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE data'],
    ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:data', 'a=sctp-port:5000'],
    ...[`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${password}`, `a=fingerprint:sha-256 ${fingerprint}`, 'a=setup:actpass'],
    `a=candidate:1 1 udp 2130706431 ${publicAddress} ${ports.media} typ host`,
  ];
  return lines.map(line => `${line}\r\n`).join('');
}

const otherNetwork = 'Open the page from another network.';

/** Words the result of a way for the terminal. */
export function wordWay({subject: {purpose, remedy}, result, from, seen}: Outcome): Words {
  const what = `${purpose[0]?.toUpperCase()}${purpose.slice(1)}`;
  if (result === 'unsent')
    return {summary: `${what}: not tried, since the browser at ${from} sends no UDP.`, remedy: otherBrowser};
  if (seen === 'inside')
    return {
      summary: `${what}: ${result === 'open' ? 'works' : 'does not work'} from ${from}, in the network of this host: that proves nothing about the way from outside.`,
      remedy: otherNetwork,
    };
  if (result === 'open') return {summary: `${what}: works, seen from outside.`};
  return {summary: `${what}: not reached from ${from}.`, remedy};
}

/** Words what the line sends, at least: the visitor's own line may be the slower one. */
export function wordLine({result, seen, from, subject}: Outcome, uplink: number | undefined): Words {
  if (seen === 'inside' || result !== 'open' || uplink === undefined)
    return {
      summary: `Upload speed: not measured from ${from}.`,
      remedy: seen === 'inside' ? otherNetwork : subject.remedy,
    };
  return {summary: `Upload speed: at least ${uplink} Mbit/s. \`jitsi-onebox capacity\` counts with it.`};
}

/** Words it for the page. */
export const pageLine = (uplink: number | undefined): string =>
  uplink === undefined ? 'not measured: press the button again' : `at least ${uplink} Mbit/s`;

/** Says in plain words what the network of the visitor lets through. */
export function concludeWays(subjects: readonly TrialSubject[], results: ReadonlyMap<string, TrialResult>): string {
  const isOpen = (id: WayId) => results.get(id) === 'open';
  if (subjects.some(({id}) => id !== 'line' && !results.has(id))) return '';
  if (!isOpen('https') || !isOpen('websocket'))
    return 'You cannot join from this network: it stops part of the connection. A proxy or VPN may be the cause.';
  if (isOpen('bridge')) return 'You can take part. Audio and video travel directly.';
  const sendsUdp = results.get('bridge') !== 'unsent';
  if (isOpen('relay'))
    return `You can take part. ${sendsUdp ? 'This network blocks direct audio and video, so they' : 'This browser sends no UDP, so audio and video'} travel through the relay on port 443.`;
  if (!sendsUdp)
    return 'You can join, but this browser sends no UDP: audio and video do not get through. Try another one.';
  return 'You can join, but audio and video do not get through from this network. Try another one.';
}
