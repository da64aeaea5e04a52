import {randomUUID} from 'node:crypto';
import {type Client, type Element, xml} from '@xmpp/client';
import {NAMESPACE} from '../programs/xmpp/names.ts';
import {openSession} from '../programs/xmpp/open-session.ts';
import {joinRoom} from '../programs/xmpp/room.ts';

/** How a participant was told to reach the bridge. */
export type Invitation = {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: string;
  readonly candidates: readonly {readonly ip: string; readonly port: number}[];
};

/** Someone without an account who is in a room. */
export type Participant = {readonly invitation: Promise<Invitation>; readonly leave: () => Promise<unknown>};

/** Comes into a room as a browser does: asks jicofo for the conference, then joins. */
export const enterRoom = async (room: string): Promise<Participant> => {
  const session = openGuest();
  const invitation = awaitInvitation(session);
  await session.start();
  if (!(await isReady(session, room))) {
    throw new Error(`the conference in ${room} is not ready`);
  }
  await joinRoom(session, room, randomUUID().slice(0, 8));
  return {invitation, leave: () => session.stop()};
};

/** Lets several participants ask for the same new conference at once, and returns for each whether it is ready. */
export const askAtOnce = async (room: string, count: number): Promise<readonly boolean[]> => {
  const sessions = Array.from({length: count}, openGuest);
  await Promise.all(sessions.map(session => session.start()));
  const answers = await Promise.all(sessions.map(session => isReady(session, room)));
  await Promise.all(sessions.map(session => session.stop()));
  return answers;
};

const openGuest = (): Client =>
  openSession({service: 'xmpp://xmpp.meet.jitsi:5222', domain: 'meet.jitsi', resource: randomUUID()});

const awaitInvitation = (session: Client): Promise<Invitation> =>
  new Promise(resolve => {
    session.iqCallee.set(NAMESPACE.jingle, 'jingle', ({element}) => {
      if (element.attrs.action === 'session-initiate') {
        resolve(readInvitation(element));
      }
      return true;
    });
  });

const readInvitation = (jingle: Element): Invitation => {
  const transport = jingle.getChild('content')?.getChild('transport', NAMESPACE.ice);
  const candidates = transport?.getChildren('candidate') ?? [];
  return {
    ufrag: transport?.attrs.ufrag ?? '',
    password: transport?.attrs.pwd ?? '',
    fingerprint: transport?.getChild('fingerprint', NAMESPACE.dtls)?.text() ?? '',
    candidates: candidates.map(({attrs}) => ({ip: attrs.ip ?? '', port: Number(attrs.port)})),
  };
};

const isReady = async (session: Client, room: string): Promise<boolean> => {
  const conference = xml('conference', {xmlns: NAMESPACE.focus, room, 'machine-uid': randomUUID()});
  const answer = await session.iqCaller.request(xml('iq', {type: 'set', to: 'focus.meet.jitsi'}, conference));
  return answer.getChild('conference', NAMESPACE.focus)?.attrs.ready === 'true';
};
