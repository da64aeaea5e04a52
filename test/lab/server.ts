import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {waitUntil} from './command.ts';
import {isListening, within} from './network.ts';
import {logs, type Namespace} from './places.ts';
import {identify, isAlive, marker, type Process} from './processes.ts';

/** A program that serves as long as the lab is up, and where it listens when it is ready. */
export type Server = {
  readonly name: string;
  readonly namespace: Namespace | 'machine';
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly listens: {readonly protocol: 'tcp' | 'udp'; readonly address: string; readonly port: number};
};

/** Starts a server that outlives this process, and waits until it listens. */
export async function start(server: Server): Promise<Process> {
  const argv = server.namespace === 'machine' ? server.argv : within(server.namespace, server.argv);
  const started = launch({name: server.name, argv, environment: server.environment ?? {}});
  let ready = false;
  await waitUntil(
    async () => {
      ready = await isListening(server.namespace, server.listens);
      return ready || !isAlive(started);
    },
    {seconds: 15, otherwise: () => describeFailure(server.name)},
  );
  if (!ready) throw new Error(await describeFailure(server.name));
  return started;
}

/** Starts a program in a session of its own with its output in a log; it outlives this process. */
export function launch({
  name,
  argv,
  environment = {},
}: {
  name: string;
  argv: readonly string[];
  environment?: Readonly<Record<string, string>>;
}): Process {
  const [file = '', ...args] = argv;
  const log = openSync(`${logs}/${name}.log`, 'a', 0o640);
  const env = {...process.env, ...environment, ...marker};
  const child = spawn(file, args, {stdio: ['ignore', log, log], detached: true, env, cwd: '/'});
  child.on('error', () => undefined);
  closeSync(log);
  child.unref();
  const started = child.pid === undefined ? undefined : identify(child.pid);
  if (started === undefined) throw new Error(`${name} could not be started: ${file} is missing or ended at once.`);
  return started;
}

async function describeFailure(name: string): Promise<string> {
  const log = await readFile(`${logs}/${name}.log`, 'utf8').catch(() => '');
  const last = log.trim().split('\n').slice(-5).join('\n');
  return `The lab's ${name} did not come up. Its last words:\n${last || '(none)'}`;
}
