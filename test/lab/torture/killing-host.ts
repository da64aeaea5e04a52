import {appendFileSync, existsSync, mkdirSync, readFileSync} from 'node:fs';
import {setImmediate} from 'node:timers/promises';
import {createRealHost as createTrueHost} from '../../../src/host/real.ts';
import {showArgv} from '../../../src/host/show-argv.ts';
import type {Host} from '../../../src/model/host.ts';
import {directory, type Kill, type Moment} from './kill.ts';

// Stands in for src/host/real.ts in the torture's build of the program, and nowhere else.

const [, , command, run = ''] = process.argv;

/** The real machine; but in a worker it kills its own process at the next change that it has not yet killed it at. */
export function createRealHost(): Host {
  const host = createTrueHost();
  return command === 'worker' ? killAtChanges(host, createKiller()) : host;
}

type Killer = (moment: Moment, change: string) => void;

/** What was aimed at is written down first: beside the runs, so that each moment comes once, and at the end of the journal. */
function createKiller(): Killer {
  mkdirSync(directory, {recursive: true});
  const path = `${directory}/kills.jsonl`;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const kills: readonly Kill[] = text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const known = new Set(kills.map(({moment, change}) => `${moment} ${change}`));
  return (moment, change) => {
    if (known.has(`${moment} ${change}`)) return;
    const kill: Kill = {v: 1, type: 'killed', run, moment, change};
    for (const file of [path, `/var/lib/jitsi-onebox/runs/${run}/events.jsonl`])
      appendFileSync(file, `${JSON.stringify(kill)}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}

function killAtChanges(host: Host, kill: Killer): Host {
  const around = async <T>(change: string, make: () => Promise<T>): Promise<T> => {
    kill('before', change);
    const result = await make();
    kill('after', change);
    return result;
  };
  const {files} = host;
  return {
    ...host,
    run(command, following) {
      const change = `run ${showArgv(command.argv)}`;
      return around(change, () =>
        host.run(command, {
          ...following,
          onLine(line) {
            following?.onLine?.(line);
            // In the middle of dpkg's work, and of what packages do when they are set up.
            if (/^(Unpacking|Setting up) \S+ \(/.test(line.line)) kill('during', change);
          },
        }),
      );
    },
    files: {
      ...files,
      write: (path, content, attributes) =>
        around(`write ${path}`, async () => {
          const writing = files.write(path, content, attributes);
          await setImmediate();
          kill('during', `write ${path}`);
          await writing;
        }),
      setAttributes: (path, attributes) => around(`attributes ${path}`, () => files.setAttributes(path, attributes)),
      makeDirectory: (path, attributes) => around(`directory ${path}`, () => files.makeDirectory(path, attributes)),
      link: (path, target) => around(`link ${path}`, () => files.link(path, target)),
      remove: path => around(`remove ${path}`, () => files.remove(path)),
    },
    docker: {
      ...host.docker,
      pull: (name, following) =>
        around(`pull ${name}`, () =>
          host.docker.pull(name, {
            ...following,
            onProgress(progress) {
              following.onProgress(progress);
              kill('during', `pull ${name}`);
            },
          }),
        ),
    },
  };
}
