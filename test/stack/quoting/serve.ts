import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {request} from 'node:http';
import {join} from 'node:path';
import {buffer, text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import {inDirectory} from '../parsers.ts';

type Serving = {
  /** The number of answers, at `/0`, `/1` and so on. */
  readonly count: number;
  /** Writes the configuration into a directory and returns the command that starts the server on the socket. */
  readonly prepare: (directory: string, socket: string) => Promise<readonly [string, ...string[]]>;
};

/** Starts a web server with a configuration and fetches all of its answers. */
export function fetchAnswers({count, prepare}: Serving): Promise<readonly string[]> {
  return inDirectory(async directory => {
    const socket = join(directory, 'socket');
    const [program, ...options] = await prepare(directory, socket);
    const server = spawn(program, options, {stdio: ['ignore', 'ignore', 'pipe']});
    const [ended, complaints] = [once(server, 'exit'), text(server.stderr)];
    try {
      for (let tries = 0; !existsSync(socket) && server.exitCode === null && tries < 250; tries++) await sleep(20);
      if (server.exitCode !== null) throw new Error(`${program} does not start: ${await complaints}`);
      return await Promise.all(Array.from({length: count}, (_, index) => get(socket, `/${index}`)));
    } finally {
      server.kill();
      await ended;
    }
  });
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({socketPath, path}, response => resolve(buffer(response).then(String)));
    asking.on('error', reject).end();
  });
}
