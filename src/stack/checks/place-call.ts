import type {CheckContext, Opening} from '../../model/check.ts';
import type {OwnEnd} from '../../network/media/own-end.ts';
import type {Identity} from '../../network/media/secure.ts';
import type {Entered, Guest} from '../../network/xmpp/call.ts';
import type {Invitation} from '../../network/xmpp/invitation.ts';
import {CertainFault, NotFromHere} from './check.ts';
import type {Entrance} from './entrance.ts';
import {patience} from './vantage.ts';

/** Somebody in the call, with the invitation that they got. */
export type Participant = Invitation & {readonly own: OwnEnd};

/** Lets three participants meet in a room of their own: of two, a browser would connect one with the other past the bridge. */
export async function placeCall(
  entrance: Entrance,
  identity: Opening<Identity>,
  context: CheckContext,
): Promise<readonly [Participant, Participant, Participant]> {
  const {enterRoom, inventRoom} = await import('../../network/xmpp/call.ts');
  const {inventEnd} = await import('../../network/media/own-end.ts');
  const [first, second, third] = await Promise.all([
    context.share(entrance.first),
    entrance.second(context),
    entrance.second(context),
  ]);
  // Only now: what makes the certificate takes a moment to load, and others are being timed while participants log in.
  const {fingerprint} = await context.share(identity);
  const room = inventRoom();
  const rooms = await context.share(entrance.rooms);
  if (rooms === 'registered') await demandRegistered(entrance, {guest: second, room}, context);
  const entering: Promise<Entered>[] = [];
  const leave = async (each: Promise<Entered>) => (await each.catch(() => undefined))?.leave();
  context.atEnd(() => Promise.all(entering.map(leave)));
  const enter = async (guest: Guest) => {
    const own = inventEnd(fingerprint);
    const entered = enterRoom(guest, room, {own, signal: context.signal});
    entering.push(entered);
    const {invitation} = await entered;
    return async () => ({...(await invitation), own});
  };
  // Guests follow somebody who may open the room.
  const opened = rooms === 'anyone' ? enter(first) : await enter(first);
  const [one, two, three] = await Promise.all([opened, enter(second), enter(third)]);
  return Promise.all([one(), two(), three()]);
}

/** Demands that a guest cannot open the room, where only registered people may. */
async function demandRegistered(
  entrance: Entrance,
  {guest, room}: {guest: Guest; room: string},
  context: CheckContext,
): Promise<void> {
  const {mayOpen} = await import('../../network/xmpp/call.ts');
  const guestOpens = await context.within(patience, () => mayOpen(guest, room));
  if (guestOpens && entrance.isRegistered) throw new CertainFault('Jicofo lets a guest open a room');
  if (!guestOpens && !entrance.isRegistered) throw new NotFromHere('only registered people may open a room');
}
