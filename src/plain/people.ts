import {findFaultInName} from '../model/people.ts';
import {describeError} from '../model/problem.ts';
import type {AccountDesk, AccountRequest} from '../model/ui.ts';
import {type Conversation, converse, type Streams} from './conversation.ts';

const actions = {add: 'add', password: 'renew', remove: 'remove'} as const;

/** Shows the accounts of registered people, and asks what to do with them. */
export async function showPeople(desk: AccountDesk, streams: Streams): Promise<void> {
  const talk = converse(streams);
  try {
    for (;;) {
      await sayResult(talk, async () => describeNames(await desk.list()));
      const line = await talk.hear('add NAME, password NAME, remove NAME or back: ');
      if (line === undefined || line === 'back' || line === 'q') return;
      await obey(desk, line, talk);
    }
  } finally {
    talk.end();
  }
}

const describeNames = (names: readonly string[]) =>
  names.length > 0 ? `Accounts: ${names.join(', ')}` : 'There are no accounts yet.';

async function obey(desk: AccountDesk, line: string, talk: Conversation): Promise<void> {
  const {say, hear} = talk;
  const [word = '', name = ''] = line.split(/\s+/);
  const action = Object.entries(actions).find(([each]) => each === word)?.[1];
  if (action === undefined) return say('Please type one of these words.');
  const fault = findFaultInName(name);
  if (fault !== undefined) return say(`This name ${fault}.`);
  const request: AccountRequest = {action, name};
  if (action !== 'add' && (await hear(`${word} ${name}? yes or no: `)) !== 'yes') return;
  await sayResult(talk, () => desk.change(request));
}

/** Says what some work returns, or why it failed: Prosody may be restarting. */
async function sayResult({say}: Conversation, work: () => Promise<string>): Promise<void> {
  try {
    say(await work());
  } catch (error) {
    const {summary, remedy} = describeError(error);
    say(`${summary} ${remedy}`);
  }
}
