import {setImmediate} from 'node:timers/promises';
import {showArgv} from '../../../src/host/commands.ts';
import {createRealHost as createTrueHost} from '../../../src/host/real.ts';
import type {Docker, Files, Host} from '../../../src/model/host.ts';
import {createKiller, type Killer} from './killer.ts';

// Stands in for src/host/real.ts in the torture's build of the program, and nowhere else.

const [, , command, run = ''] = process.argv;

/** Returns the real machine, which in a worker kills its own process at changes. */
export function createRealHost(): Host {
  const host = createTrueHost();
  return command === 'worker' ? killAtChanges(host, createKiller(run)) : host;
}

function killAtChanges(host: Host, kill: Killer): Host {
  const around: Around = async (change, make) => {
    kill('before', change);
    const result = await make();
    kill('after', change);
    return result;
  };
  return {
    ...host,
    run: killInCommands(host.run, {kill, around}),
    files: killInFiles(host.files, {kill, around}),
    docker: killInPulls(host.docker, {kill, around}),
  };
}

type Around = <T>(change: string, make: () => Promise<T>) => Promise<T>;
type Means = {readonly kill: Killer; readonly around: Around};

/** Lines of dpkg in the middle of its work, where packages are set up or removed. */
const middles = [
  [/^Unpacking \S+ \(/, 'unpacking'],
  [/^Setting up \S+ \(/, 'setting up'],
  [/^Removing \S+ \(/, 'removing'],
  [/^Purging configuration files for /, 'purging'],
] as const;

function killInCommands(run: Host['run'], {kill, around}: Means): Host['run'] {
  return (command, following) => {
    const change = `run ${showArgv(command.argv)}`;
    const onLine: NonNullable<typeof following>['onLine'] = line => {
      following?.onLine?.(line);
      for (const [pattern, moment] of middles) if (pattern.test(line.line)) kill(moment, change);
    };
    return around(change, () => run(command, {...following, onLine}));
  };
}

function killInFiles(files: Files, {kill, around}: Means): Files {
  return {
    ...files,
    write: (path, content, attributes) =>
      around(`write ${path}`, async () => {
        const writing = files.write(path, content, attributes);
        await setImmediate();
        kill('writing', `write ${path}`);
        await writing;
      }),
    setAttributes: (path, attributes) => around(`attributes ${path}`, () => files.setAttributes(path, attributes)),
    makeDirectory: (path, attributes) => around(`directory ${path}`, () => files.makeDirectory(path, attributes)),
    link: (path, target) => around(`link ${path}`, () => files.link(path, target)),
    remove: path => around(`remove ${path}`, () => files.remove(path)),
  };
}

function killInPulls(docker: Docker, {kill, around}: Means): Docker {
  const pull: Docker['pull'] = (name, following) => {
    const onProgress: typeof following.onProgress = progress => {
      following.onProgress(progress);
      kill('pulling', `pull ${name}`);
    };
    return around(`pull ${name}`, () => docker.pull(name, {...following, onProgress}));
  };
  return {...docker, pull};
}
