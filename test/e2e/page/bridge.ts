import type {Way, Wish} from './report.ts';
import {poll} from './wait.ts';

type Pair = {readonly state: string; readonly way: Way};

/** Looks for ways to the bridge of an invitation with the browser's own WebRTC, until the wanted one works or time is over. */
export async function reachBridge(
  transport: Element,
  iceServers: RTCIceServer[],
  wish: Pick<Wish, 'policy' | 'way'>,
): Promise<readonly Pair[]> {
  const connection = new RTCPeerConnection({iceServers, iceTransportPolicy: wish.policy});
  try {
    await connection.setRemoteDescription({type: 'offer', sdp: describe(transport)});
    await connection.setLocalDescription();
    await poll(async () => (await listPairs(connection)).some(pair => hasWorked(pair) && matches(pair.way, wish.way)));
    return await listPairs(connection);
  } finally {
    connection.close();
  }
}

/** Tells whether the bridge answered the browser's check. */
export function hasWorked({state}: Pair): boolean {
  return state === 'succeeded';
}

function matches(way: Way, {bridge = way.bridge, relay = way.relay}: Partial<Way>): boolean {
  return way.bridge === bridge && way.relay === relay;
}

/** Writes the bridge's offer of a session that has only a data channel. */
function describe(transport: Element): string {
  const fingerprint = transport.querySelector('fingerprint');
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE data'],
    ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:data', 'a=sctp-port:5000'],
    `a=ice-ufrag:${transport.getAttribute('ufrag')}`,
    `a=ice-pwd:${transport.getAttribute('pwd')}`,
    `a=fingerprint:${fingerprint?.getAttribute('hash')} ${fingerprint?.textContent}`,
    'a=setup:actpass',
    ...[...transport.querySelectorAll('candidate')].map(describeCandidate),
  ];
  return lines.map(line => `${line}\r\n`).join('');
}

function describeCandidate(candidate: Element): string {
  const read = (name: string) => candidate.getAttribute(name) ?? '';
  const head = ['foundation', 'component', 'protocol', 'priority', 'ip', 'port'].map(read).join(' ');
  const related = read('rel-addr') === '' ? '' : ` raddr ${read('rel-addr')} rport ${read('rel-port')}`;
  return `a=candidate:${head} typ ${read('type')}${related}`;
}

async function listPairs(connection: RTCPeerConnection): Promise<readonly Pair[]> {
  const stats = new Map(await connection.getStats());
  return [...stats.values()]
    .filter(({type}) => type === 'candidate-pair')
    .map(({state, localCandidateId, remoteCandidateId}) => {
      const {relayProtocol, url} = stats.get(localCandidateId);
      const {address, port, protocol} = stats.get(remoteCandidateId);
      const relay = relayProtocol === undefined ? 'none' : `${url} over ${relayProtocol}`;
      return {state, way: {bridge: `${address}:${port}/${protocol}`, relay}};
    });
}
