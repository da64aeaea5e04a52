import {text} from 'node:stream/consumers';
import {Secret} from '../../src/model/secret.ts';
import {enterRoom} from '../../src/network/xmpp/call.ts';
import {logInAnonymously, logInWithPassword} from '../../src/network/xmpp/session.ts';
import {domains, openStream} from '../../src/network/xmpp/stream.ts';

// Lets people enter a room one after the other, and prints for each what came of it. Standard input says who they are.

export type Visitor =
  | {readonly as: 'anonymous'}
  | {readonly as: 'guest'}
  | {readonly as: 'account'; readonly user: string; readonly password: string}
  | {readonly as: 'token'; readonly token: string};

const target = {name: 'meet.example.test', address: '198.51.100.10', port: 443};

async function enter(visitor: Visitor, room: string): Promise<string> {
  const options = {
    ...(visitor.as === 'guest' && {domain: domains.guests}),
    ...(visitor.as === 'token' && {token: new Secret(visitor.token)}),
  };
  try {
    const stream = await openStream(target, AbortSignal.timeout(10_000), options);
    const jid =
      visitor.as === 'account'
        ? await logInWithPassword(stream, visitor.user, new Secret(visitor.password))
        : await logInAnonymously(stream);
    await enterRoom({stream, jid}, `${room}@${domains.rooms}`);
    return 'entered';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const {room, visitors}: {room: string; visitors: readonly Visitor[]} = JSON.parse(await text(process.stdin));
const outcomes: string[] = [];
for (const visitor of visitors) outcomes.push(await enter(visitor, room));
console.log(JSON.stringify(outcomes));
process.exit();
