import {type Client, type Element, xml} from '@xmpp/client';
import {NAMESPACE} from '../xmpp/names.ts';

/** A conference at one bridge, and the id of its session there, which its participants name when they leave. */
export type Meeting = {readonly bridge: string; readonly id: string; readonly session: string; readonly room: string};

/** Makes room for a participant at the bridge; the answer says how the participant reaches it. */
export const allocateEndpoint = async (
  session: Client,
  {meeting, id, isFirst}: {readonly meeting: Meeting; readonly id: string; readonly isFirst: boolean},
): Promise<Element> => {
  const endpoint = xml(
    'endpoint',
    {id, create: 'true', 'stats-id': id},
    xml('transport', {'ice-controlling': 'true'}, xml('sctp')),
    xml('capability', {name: 'source-names'}),
  );
  const creation = isFirst ? {create: 'true', name: meeting.room} : {};
  const answer = await modify(session, meeting, creation, endpoint);
  const transport = answer
    .getChild('conference-modified', NAMESPACE.colibri)
    ?.getChild('endpoint')
    ?.getChild('transport')
    ?.getChild('transport', NAMESPACE.ice);
  if (transport === undefined) {
    throw new Error(`the bridge named no transport: ${answer}`);
  }
  return transport;
};

/** How a participant is reached, and the audio that it sends. */
export type Reach = {readonly id: string; readonly transport: Element; readonly sources: readonly Element[]};

/** Passes a participant's transport and sources on to the bridge. */
export const acceptEndpoint = (
  session: Client,
  meeting: Meeting,
  {id, transport, sources}: Reach,
): Promise<Element> => {
  const audio = xml('media-source', {type: 'audio', id: `${id}-a0`}, ...sources);
  return modify(
    session,
    meeting,
    {},
    xml('endpoint', {id}, xml('transport', {}, transport), sources.length > 0 && xml('sources', {}, audio)),
  );
};

/** Tells the bridge that a participant is gone. */
export const expireEndpoint = (session: Client, meeting: Meeting, id: string): Promise<Element> =>
  modify(session, meeting, {}, xml('endpoint', {id, expire: 'true'}));

const modify = (
  session: Client,
  {bridge, id}: Meeting,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Element[]
): Promise<Element> => {
  const request = xml('conference-modify', {xmlns: NAMESPACE.colibri, 'meeting-id': id, ...attributes}, ...children);
  return session.iqCaller.request(xml('iq', {type: 'set', to: bridge}, request));
};
