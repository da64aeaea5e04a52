import {type Client, type Element, xml} from '@xmpp/client';
import {NAMESPACE} from './names.ts';

/** Someone came into a room, changed what he shows there, or left. */
export type Occupancy = {
  readonly room: string;
  readonly nickname: string;
  readonly isPresent: boolean;
  readonly isSelf: boolean;
  readonly presence: Element;
};

/** Joins a room without its history. */
export const joinRoom = (
  session: Client,
  room: string,
  nickname: string,
  ...shown: readonly Element[]
): Promise<void> => {
  const join = xml('x', NAMESPACE.muc, xml('history', {maxstanzas: '0'}));
  return session.send(xml('presence', {to: `${room}/${nickname}`}, join, ...shown));
};

/** Leaves a room. */
export const leaveRoom = (session: Client, room: string, nickname: string): Promise<void> =>
  session.send(xml('presence', {to: `${room}/${nickname}`, type: 'unavailable'}));

/** Reads a stanza that tells about the occupants of a room; anything else is undefined. */
export const readOccupancy = (stanza: Element): Occupancy | undefined => {
  const [room, nickname] = stanza.attrs.from?.split('/') ?? [];
  if (!stanza.is('presence') || stanza.attrs.type === 'error' || !room || !nickname) {
    return undefined;
  }
  const statuses = stanza.getChild('x', NAMESPACE.mucUser)?.getChildren('status') ?? [];
  const isSelf = statuses.some(({attrs}) => attrs.code === '110');
  return {room, nickname, isPresent: stanza.attrs.type !== 'unavailable', isSelf, presence: stanza};
};
