import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {createElement, type Element} from 'ltx';
import type {Step} from './steps.ts';
import {domains, namespaces, type Stream} from './stream.ts';

/** Jicofo, as one participant asks it for a conference. */
export type Focus = {
  /** Asks for the conference of a room, and returns whether Jicofo has joined that room. */
  request(room: string): Promise<boolean>;
  /** Ends the session that Jicofo began for a registered person. It would keep it for a day. */
  logOut(): Promise<void>;
};

/** Opens a participant's side of Jicofo. All its requests name one machine and one session: otherwise each begins a session. */
export function openFocus(stream: Stream): Focus {
  const machine = randomBytes(16).toString('hex');
  let session: string | undefined;
  const ask = (element: Element) => stream.request(createElement('iq', {type: 'set', to: domains.focus}, element));
  return {
    async request(room) {
      const known = session === undefined ? {} : {'session-id': session};
      const attributes = {xmlns: namespaces.focus, room, 'machine-uid': machine, ...known};
      const answer = await ask(createElement('conference', attributes, keepOutOfStatistics()));
      const conference = answer.getChild('conference', namespaces.focus);
      session = conference?.attrs['session-id'] ?? session;
      return conference?.attrs.ready === 'true';
    },
    async logOut() {
      if (session !== undefined) await ask(createElement('logout', {xmlns: namespaces.focus, 'session-id': session}));
    },
  };
}

/** Keeps the call out of rtcstats, where a server has it: Jitsi's client asks for that unless the pages' settings allow it. */
function keepOutOfStatistics(): Element {
  return createElement('property', {name: 'rtcstatsEnabled', value: 'false'});
}

const firstPause = 100;
const longestPause = 800;

/** Asks for the conference, and again while Jicofo is still joining its room, as for another participant's request. */
export async function awaitConference(focus: Focus, room: string, step: Step): Promise<void> {
  const ask = () => step('Jicofo is not ready for a conference: it did not answer', () => focus.request(room));
  for (let pause = firstPause; !(await ask()); pause = Math.min(2 * pause, longestPause))
    await step('Jicofo is not ready for a conference: it did not join the room', until =>
      sleep(pause, undefined, {signal: until}),
    );
}
