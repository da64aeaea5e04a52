import {readDuration} from '../model/duration.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {completePasswords, makeToken, planPeople} from '../stack/index.ts';
import {type CommandContext, formatJson, type Print, readInstalledDraft} from './context.ts';
import {badUsage} from './target.ts';

/** `token NAME`: makes a token, with the secret that the server checks it with. */
export async function printToken({machine, ...context}: CommandContext, print: Print): Promise<number> {
  const {name = '', room, moderator, json, for: length = '2h'} = context.invocation;
  const seconds = readDuration(length);
  if (seconds === undefined) throw badUsage(`--for takes a length of time such as 30m, 2h or 7d, not ${length}.`);
  if (room !== undefined && !/^[^\p{C}\s/?#&"'<>@:]{1,200}$/u.test(room))
    throw badUsage('--room takes the name of a room, as in its address.');
  const settings = completeSettings(await readInstalledDraft({machine, ...context}));
  const {tokens} = planPeople(settings);
  if (!tokens) throw noTokens();
  const env = await machine.host.files.read(`${settings.stack.directory}/.env`);
  const {values, replaced} = completePasswords({env, tokens: {}});
  const secret = values.JWT_APP_SECRET;
  // One that is made here is none of the server's.
  if (!secret || !readNames(env).includes('JWT_APP_SECRET') || replaced.includes('JWT_APP_SECRET')) throw notApplied();
  const from = Math.floor(machine.host.now() / 1000);
  const until = from + seconds;
  const token = makeToken({name, room, isModerator: moderator, from, until}, tokens, secret).reveal();
  const address = `https://${settings.domain}/${encodeURIComponent(room ?? 'ROOM')}?jwt=${token}`;
  const end = new Date(until * 1000).toISOString();
  print(
    json
      ? formatJson({token, address, until: end})
      : `${address}\n\nValid until ${end}. Anybody with this address joins as ${name}.`,
  );
  return exits.done;
}

const readNames = (env = '') => env.split('\n').map(line => /^\s*(?:export\s+)?(\w+)=./.exec(line)?.[1]);

function noTokens(): Problem {
  return new Problem({
    code: 'no-tokens',
    summary: 'The settings do not ask for tokens, so the server would not look at one.',
    remedy: 'Run `sudo jitsi-onebox apply --set access.kind=jwt --set rooms=registered`, or rooms=members.',
  });
}

function notApplied(): Problem {
  return new Problem({
    code: 'not-installed',
    summary: 'The server has no usable secret for tokens yet.',
    remedy: 'Run `sudo jitsi-onebox apply` first.',
  });
}
