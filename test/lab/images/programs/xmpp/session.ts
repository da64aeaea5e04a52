import {setTimeout as sleep} from 'node:timers/promises';
import type {Client} from '@xmpp/client';
import {openSession} from './open-session.ts';

const RETRY_MS = 1000;

/** An account at prosody. */
export type Account = {
  readonly server: string;
  readonly domain: string;
  readonly username: string;
  readonly password: string;
  readonly resource: string;
};

/** Gives a session its handlers before the first stanza comes; what is returned is done once it is online. */
export type Preparation = (session: Client) => () => Promise<void>;

/** Keeps an account logged in for ever. */
export const keepSession = async (account: Account, prepare: Preparation): Promise<never> => {
  const name = `${account.username}@${account.domain}`;
  // An answer to a session that has just ended fails somewhere in the library, where nobody waits for it.
  process.on('unhandledRejection', error => console.error(`${name}: ${error}`));
  for (;;) {
    try {
      await holdSession(account, prepare);
      console.log(`${name}: disconnected`);
    } catch (error) {
      console.error(`Error connecting as ${name}: ${error}`);
    }
    await sleep(RETRY_MS);
  }
};

const holdSession = async ({server, ...credentials}: Account, prepare: Preparation): Promise<void> => {
  const session = openSession({service: `xmpp://${server}`, ...credentials});
  const ended = new Promise<void>(resolve => session.once('disconnect', resolve));
  const begin = prepare(session);
  try {
    await session.start();
    console.log(`${credentials.username}@${credentials.domain}: logged in`);
    await begin();
    await ended;
  } finally {
    await session.stop().catch(() => undefined);
  }
};
