import {randomBytes} from 'node:crypto';
import {text} from 'node:stream/consumers';
import {findFaultInPassword, makePasswordOf, rateStrength} from '../model/people.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {Secret} from '../model/secret.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {AccountDesk} from '../model/ui.ts';
import {hearSecret} from '../plain/secret-line.ts';
import {type Accounts, openAccounts, projectNameOf} from '../stack/index.ts';
import {type CommandContext, formatJson, type Print, readDraft} from './context.ts';

/** `users`: lists, adds or removes accounts on the running server, or sets a password. */
export async function manageUsers(context: CommandContext, print: Print): Promise<number> {
  const {action = 'list', name = '', json} = context.invocation;
  const accounts = await openAccountsOf(context);
  if (action === 'list') {
    const names = await accounts.list();
    const lines = names.join('\n') || 'There are no accounts yet: jitsi-onebox users add NAME.';
    print(json ? formatJson({users: names}) : lines);
  } else if (action === 'remove') {
    await accounts.remove(name);
    print(json ? formatJson({removed: name}) : `${name} is removed, and can no longer log in.`);
  } else await setPassword(context, print, accounts);
  return exits.done;
}

async function setPassword({invocation}: CommandContext, print: Print, accounts: Accounts): Promise<void> {
  const {action, name = '', json, generate} = invocation;
  const password = generate ? makePasswordOf(randomBytes(20)) : await readPassword(name);
  const isNew = action === 'add';
  await (isNew ? accounts.add(name, password) : accounts.setPassword(name, password));
  const shown = generate ? {password: password.reveal()} : {strength: rateStrength(password)};
  const done = isNew ? `${name} can log in now.` : `${name} has a new password.`;
  print(json ? formatJson({[isNew ? 'added' : 'changed']: name, ...shown}) : `${done} ${describe(shown)}`);
}

/** Opens the accounts of the server that is installed here. */
async function openAccountsOf(context: CommandContext): Promise<Accounts> {
  const {stack} = completeSettings(await readDraft(context), {allowMissing: true});
  return openAccounts(context.machine.host, {project: {name: projectNameOf(stack.directory)}});
}

/** Opens the accounts for the screen. They are looked for at each request, since the server may be starting. */
export function openDesk(context: CommandContext): AccountDesk {
  return {
    list: async () => (await openAccountsOf(context)).list(),
    async change({action, name}) {
      const accounts = await openAccountsOf(context);
      if (action === 'remove') {
        await accounts.remove(name);
        return `${name} is removed.`;
      }
      const password = makePasswordOf(randomBytes(20));
      await (action === 'add' ? accounts.add(name, password) : accounts.setPassword(name, password));
      return `The password of ${name}, shown only this once: ${password.reveal()}`;
    },
  };
}

function describe({password, strength}: {readonly password?: string; readonly strength?: string}): string {
  if (password !== undefined) return `The password, shown only this once: ${password}`;
  return `The password is ${strength}.${strength === 'weak' ? ' A longer one is better.' : ''}`;
}

/** Reads a password from the terminal, twice and without showing it, or else from standard input. */
async function readPassword(name: string): Promise<Secret> {
  const {stdin, stderr} = process;
  const ask = (prompt: string) => hearSecret({stdin, stdout: stderr}, prompt);
  if (!stdin.isTTY) return judge((await text(stdin)).replace(/\r?\n$/, ''));
  const password = judge(await ask(`Password for ${name}: `));
  if ((await ask('Repeat it: ')) === password.reveal()) return password;
  throw noPassword('The two passwords differ.');
}

function judge(password: string | undefined): Secret {
  if (password === undefined || password === '') throw noPassword('No password was given.');
  const fault = findFaultInPassword(password);
  if (fault !== undefined) throw noPassword(`The password ${fault}.`);
  return new Secret(password);
}

function noPassword(summary: string): Problem {
  return new Problem({
    code: 'no-password',
    summary,
    remedy: 'Type it at the prompt, pass it on standard input, or let jitsi-onebox make one with --generate.',
  });
}
