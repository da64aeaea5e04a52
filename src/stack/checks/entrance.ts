import {randomBytes} from 'node:crypto';
import type {CheckContext, Opening} from '../../model/check.ts';
import {Secret} from '../../model/secret.ts';
import {askHttps} from '../../network/http.ts';
import type {Guest} from '../../network/xmpp/call.ts';
import type {OpenStream, StreamOptions} from '../../network/xmpp/stream.ts';
import {nameForCheck, openAccounts} from '../accounts.ts';
import type {Blueprint} from '../blueprint.ts';
import type {People} from '../people.ts';
import {makeToken} from '../token.ts';
import {NotFromHere} from './check.ts';
import {findHttps, patience, type Vantage} from './vantage.ts';

/** How participants of a check get in. */
export type Entrance = {
  readonly rooms: Opening<People['rooms']>;
  /** Whether this machine can let somebody in as a registered person. */
  readonly isRegistered: boolean;
  /** Somebody who may open a room; from elsewhere a guest, where guests may join. */
  readonly first: Opening<Guest>;
  /** Somebody who follows into the room: a guest, where guests may join. */
  second(context: CheckContext): Promise<Guest>;
};

type OpenStreamOf = (context: CheckContext, options?: StreamOptions) => Promise<OpenStream>;

/** Plans how participants get in. `stream` is open already, and nobody has logged in on it yet. */
export function planEntrance(vantage: Vantage, stream: Opening<OpenStream>, open: OpenStreamOf): Entrance {
  const {blueprint} = vantage;
  const rooms: Entrance['rooms'] = blueprint
    ? async () => blueprint.people.rooms
    : context => readRooms(vantage, context);
  const guest = async (context: CheckContext) =>
    logInAsGuest(await open(context, {domain: await guestDomain()}), context);
  const register = blueprint ? planRegistered(blueprint, open) : undefined;
  return {
    rooms,
    isRegistered: register !== undefined,
    async first(context) {
      const who = await context.share(rooms);
      if (who === 'anyone') return logInAsGuest(await context.share(stream), context);
      if (register) return register(context);
      if (who === 'registered') return guest(context);
      throw new NotFromHere('only registered people may log in');
    },
    async second(context) {
      const who = await context.share(rooms);
      if (who === 'anyone') return logInAsGuest(await open(context), context);
      return who === 'members' && register ? register(context) : guest(context);
    },
  };
}

/** Finds out whether guests are refused, as they have to be where only registered people get in. */
export async function isRefused(stream: OpenStream, context: CheckContext): Promise<boolean> {
  return logInAsGuest(stream, context).then(
    () => false,
    error => {
      if (/offers only these logins|login was refused/.test(String(error))) return true;
      throw error;
    },
  );
}

async function guestDomain(): Promise<string> {
  return (await import('../../network/xmpp/stream.ts')).domains.guests;
}

async function logInAsGuest(stream: OpenStream, {within}: CheckContext): Promise<Guest> {
  const {logInAnonymously} = await import('../../network/xmpp/session.ts');
  return {stream, jid: await within(patience, () => logInAnonymously(stream))};
}

// Prosody's own tool takes half a second, and more on a busy machine.
const accountPatience = 15_000;

/** Plans how a registered person gets in: with a token of our own, or with an account that exists only for this round. */
function planRegistered(blueprint: Blueprint, open: OpenStreamOf): (context: CheckContext) => Promise<Guest> {
  const {tokens} = blueprint.people;
  if (tokens) {
    return async context => {
      const from = Math.floor(context.host.now() / 1000);
      const claims = {name: 'jitsi-onebox', isModerator: false, from, until: from + 120};
      const secret = blueprint.passwords.values.JWT_APP_SECRET ?? new Secret('');
      return logInAsGuest(await open(context, {token: makeToken(claims, tokens, secret)}), context);
    };
  }
  const account: Opening<{name: string; password: Secret}> = async context => {
    const accounts = await openAccounts(context.host, blueprint);
    const name = nameForCheck(context.host.now());
    const password = new Secret(randomBytes(24).toString('hex'));
    // After the proof, which has a time limit.
    context.atEnd(() => accounts.removeLeft());
    const added = accounts.add(name, password);
    // A check that is stopped does not wait for Prosody, but only an account that is there can be removed.
    const settled = added.catch(() => undefined);
    context.atEnd(() => settled.then(() => accounts.remove(name)));
    await context.within(accountPatience, () => added);
    return {name, password};
  };
  return async context => {
    const [{name, password}, stream] = await Promise.all([context.share(account), open(context)]);
    const {logInWithPassword} = await import('../../network/xmpp/session.ts');
    return {stream, jid: await context.within(patience, () => logInWithPassword(stream, name, password))};
  };
}

/** Reads in the pages' settings who may open rooms: the browser of a participant reads it there, too. */
async function readRooms(vantage: Vantage, context: CheckContext): Promise<People['rooms']> {
  const {target} = await findHttps(vantage, context);
  const ask = context.within(patience, until => askHttps({...target, path: '/config.js'}, until));
  const {body} = await ask;
  if (/^\s*(config\.hosts\.)?anonymousdomain\b/m.test(body)) return 'registered';
  return /^\s*(config\.hosts\.)?authdomain\b/m.test(body) ? 'members' : 'anyone';
}
