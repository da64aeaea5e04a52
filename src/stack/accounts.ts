import {randomBytes} from 'node:crypto';
import type {Host} from '../model/host.ts';
import {checkPrefix} from '../model/people.ts';
import {CommandFailed, Problem} from '../model/problem.ts';
import {Secret} from '../model/secret.ts';
import type {Blueprint} from './blueprint.ts';

const domain = 'meet.jitsi';
const configuration = '/run/prosody/config/prosody.cfg.lua';
/** How long a check may need its account, in milliseconds. */
const checkTime = 600_000;

/** The accounts of registered people, which Prosody keeps. */
export type Accounts = {
  list(): Promise<readonly string[]>;
  add(name: string, password: Secret): Promise<void>;
  setPassword(name: string, password: Secret): Promise<void>;
  /** Removes an account, and ends its sessions. */
  remove(name: string): Promise<void>;
  /** Removes the accounts of checks that were killed before they could do so. */
  removeLeft(): Promise<void>;
};

/** Invents the name of an account for a check. It holds the time, in hexadecimal seconds. */
export function nameForCheck(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `${checkPrefix}${seconds}${randomBytes(6).toString('hex')}`;
}

/** Returns when a check began by the name of its account; names of former releases hold no time. */
function beginningOf(name: string): number {
  const [, seconds = '0'] = /^([0-9a-f]{8})[0-9a-f]{12}$/.exec(name.slice(checkPrefix.length)) ?? [];
  return Number.parseInt(seconds, 16) * 1000;
}

/** Opens the accounts of the server that runs now; throws a Problem if there is none, or if it knows no accounts. */
export async function openAccounts(
  host: Host,
  {project}: {readonly project: Pick<Blueprint['project'], 'name'>},
): Promise<Accounts> {
  const prosody = (await host.docker.containers(project.name)).find(({service}) => service === 'prosody');
  if (!prosody?.running) throw notRunning();
  // Without authentication, Prosody's own tool breaks off with a Lua traceback.
  const kind = await readKind(host, prosody.id);
  if (kind !== 'internal') throw noAccounts(kind);
  return createAccounts(host, prosody.id);
}

function createAccounts(host: Host, container: string): Accounts {
  const argv = (words: readonly string[]) =>
    ['docker', 'exec', '--interactive', container, 'prosodyctl', '--config', configuration, ...words] as const;
  const run = async (name: string, words: readonly string[], password?: Secret) => {
    // It asks for the password twice, on standard input.
    const input = password && passTwice(password);
    await host.run({argv: argv(words), ...(input && {input})}, {silence: patience}).catch(error => {
      throw explainRefusal(name, error);
    });
  };
  const addressOf = (name: string) => `${name}@${domain}`;
  const listAll = async () => {
    const {exitCode, stdout, stderr} = await host.query({argv: argv(['shell', 'user', 'list', domain])});
    if (exitCode !== 0) throw refused(stderr);
    return [...stdout.matchAll(/^([^\s@]+)@meet\.jitsi\s*$/gm)].map(([, name = '']) => name);
  };
  const remove = (name: string) => run(name, ['shell', 'user', 'delete', addressOf(name)]);
  return {
    list: async () => (await listAll()).filter(name => !name.startsWith(checkPrefix)).toSorted(),
    add: (name, password) => run(name, ['adduser', addressOf(name)], password),
    setPassword: (name, password) => run(name, ['passwd', addressOf(name)], password),
    remove,
    async removeLeft() {
      const oldest = host.now() - checkTime;
      const left = (await listAll()).filter(name => name.startsWith(checkPrefix) && beginningOf(name) < oldest);
      for (const name of left) await remove(name);
    },
  };
}

const passTwice = (password: Secret) => new Secret(`${password.reveal()}\n${password.reveal()}\n`);

const patience = 30_000;

async function readKind(host: Host, container: string): Promise<'internal' | 'jwt' | 'none'> {
  const format = '{{range .Config.Env}}{{println .}}{{end}}';
  const {exitCode, stdout} = await host.query({argv: ['docker', 'inspect', '--format', format, container]});
  if (exitCode !== 0) throw notRunning();
  if (!/^ENABLE_AUTH=1$/m.test(stdout)) return 'none';
  return /^AUTH_TYPE=jwt$/m.test(stdout) ? 'jwt' : 'internal';
}

function explainRefusal(name: string, error: unknown): unknown {
  if (!(error instanceof CommandFailed)) return error;
  const text = error.tail.join('\n');
  if (/User exists/.test(text)) {
    const remedy = `Choose another name, or set a new password: jitsi-onebox users password ${name}.`;
    return new Problem({code: 'account-exists', summary: `There is an account "${name}" already.`, remedy});
  }
  if (/No such user|does not exist/.test(text)) {
    const remedy = 'See `jitsi-onebox users list` for the names that there are.';
    return new Problem({code: 'no-account', summary: `There is no account "${name}".`, remedy});
  }
  return refused(text);
}

function refused(output: string): Problem {
  return new Problem({
    code: 'accounts-refused',
    summary: `Prosody did not do it: ${output.trim() || 'it gave no reason'}`,
    remedy: 'Look at `jitsi-onebox status`; Prosody may still be starting.',
  });
}

function notRunning(): Problem {
  return new Problem({
    code: 'not-installed',
    summary: 'No meeting server runs here, so there are no accounts.',
    remedy: 'Run `sudo jitsi-onebox` first. If it is installed, look at `jitsi-onebox status`.',
  });
}

function noAccounts(kind: 'jwt' | 'none'): Problem {
  if (kind === 'jwt')
    return new Problem({
      code: 'accounts-off',
      summary: 'Registered people come with tokens here (access.kind: jwt), so there are no accounts.',
      remedy: 'Make a token: `jitsi-onebox token NAME`.',
    });
  return new Problem({
    code: 'accounts-off',
    summary: 'Anyone may open rooms here (rooms: anyone), so there are no accounts.',
    remedy: 'To ask for accounts: `sudo jitsi-onebox apply --set rooms=registered`, or rooms=members to refuse guests.',
  });
}
