import {readFileSync} from 'node:fs';
import {createContext, runInContext} from 'node:vm';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import type {PageSubject} from '../../../src/stack/trial/page.ts';

const script = readFileSync(new URL('../../../assets/trial/page.js', import.meta.url), 'utf8');
beforeAll(() => void vi.useFakeTimers());
afterAll(() => void vi.useRealTimers());

type Answer = {readonly ok: boolean; readonly status?: number; json(): Promise<unknown>};
const taken = {ok: true, json: async () => ({states: {x: {state: 'open', text: 'works'}}, verdict: ''})};

/** Any element of the page. */
function makeElement(): Record<string, unknown> {
  const element: Record<string, unknown> = {textContent: '', className: '', appendChild: (child: unknown) => child};
  element.lastElementChild = {};
  return element;
}

/** Runs the page with one subject, and returns the paths of its reports, and what it says at the end. */
async function openPage(
  subject: PageSubject,
  answer: (count: number) => Promise<Answer>,
  // What a browser puts into the description of a connection.
  sdp = '',
): Promise<{readonly reports: readonly string[]; readonly verdict: () => unknown}> {
  const elements = new Map<string, Record<string, unknown>>();
  const find = (id: string) => elements.get(id) ?? elements.set(id, makeElement()).get(id);
  const data = find('trial');
  if (data) data.textContent = JSON.stringify({base: '/nonce', subjects: [subject]});
  const reports: string[] = [];
  class RTCPeerConnection {
    localDescription = {sdp};
    onicecandidate: (event: {candidate: null}) => void = () => undefined;
    createDataChannel() {}
    async createOffer() {}
    async createAnswer() {}
    async setRemoteDescription() {}
    async getStats() {
      return new Map();
    }
    async setLocalDescription() {
      this.onicecandidate({candidate: null});
    }
    close() {}
  }
  const context = createContext({
    RTCPeerConnection,
    document: {getElementById: find, createElement: makeElement},
    setTimeout,
    fetch: async (url: string, {method}: {method?: string}) => {
      if (method !== 'POST') return {status: url === '/call' ? 200 : 204, json: async () => ({sdp: ''})};
      reports.push(url);
      return answer(reports.length);
    },
  });
  runInContext(script, context);
  await vi.runAllTimersAsync();
  return {reports, verdict: () => find('verdict')?.textContent};
}

const port: PageSubject = {id: 'x', name: 'x', way: 'fetch', url: '/try/x'};
const lost = async (): Promise<Answer> => {
  throw new TypeError('Failed to fetch');
};
const silent = () => new Promise<Answer>(() => undefined);

test.each<[string, (count: number) => Promise<Answer>, number, RegExp]>([
  ['is taken', async () => taken, 1, /^$/],
  ['is lost while the phone changes its network', async count => (count < 5 ? lost() : taken), 5, /^$/],
  ['is not answered at first', async count => (count < 3 ? silent() : taken), 3, /^$/],
  ['is lost again and again', lost, 5, /no longer listens/],
  ['is never answered', silent, 5, /no longer listens/],
  ['is refused', async () => ({...taken, ok: false}), 1, /no longer listens/],
])('a report that %s', async (_what, answer, count, verdict) => {
  const page = await openPage(port, answer);
  expect(page.reports).toEqual(Array.from({length: count}, () => '/nonce/said/x/open'));
  expect(page.verdict()).toMatch(verdict);
});

const stun: PageSubject = {id: 'x', name: 'x', way: 'candidate', policy: 'all', type: 'srflx', servers: []};
const bridge: PageSubject = {id: 'x', name: 'x', way: 'bridge', url: '/call'};
const candidate = (protocol: string) => `a=candidate:1 1 ${protocol} 2122260223 1234.local 54321 typ host\r\n`;

test.each([
  ['STUN, without NAT', stun, candidate('udp'), 'open'],
  ['STUN, without NAT in Firefox', stun, candidate('UDP'), 'open'],
  ['STUN, with TCP alone', stun, candidate('tcp'), 'unsent'],
  ['STUN, with no candidate', stun, '', 'unsent'],
  ['the bridge, which does not answer', bridge, candidate('udp'), 'closed'],
  ['the bridge, without UDP', bridge, candidate('tcp'), 'unsent'],
] as const)('%s', async (_what, subject, sdp, said) => {
  const {reports} = await openPage(subject, async () => taken, sdp);
  expect(reports).toEqual([`/nonce/said/x/${said}`]);
});
