import {createInterface} from 'node:readline';
import {execa} from 'execa';
import {enterRoom} from '../lab/enter.ts';

/** A neighbour of the guest in the lab that takes mails and messages. Its name is one that the lab's authority vouches for. */
export const receiver = {
  address: '192.168.77.20',
  name: 'get.example.net',
  user: 'meet',
  password: 'a-word-for-mails',
  token: 'a-token-for-hooks',
};

export type Received = {
  readonly way: 'mail' | 'web hook';
  readonly data?: string;
  readonly subject?: string;
  readonly text?: string;
};

export type Receiver = {
  /** Returns what arrived since the last question, in order of the ways. */
  take(): readonly Received[];
  stop(): Promise<void>;
};

/** Starts a mail server and a web hook in the guest's local network. */
export async function startReceiver(): Promise<Receiver> {
  const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
  const script = new URL('receiver.ts', import.meta.url).pathname;
  const {address, user, password, token} = receiver;
  const [file = '', ...args] = enterRoom('lan', [node, script, address, user, password, token]);
  const running = execa(file, args, {stdin: 'pipe', reject: false});
  const lines = createInterface({input: running.stdout});
  const received: Received[] = [];
  const isReady = Promise.withResolvers<void>();
  lines.on('line', line => {
    const message = JSON.parse(line);
    if (message.way === 'ready') isReady.resolve();
    else received.push(message);
  });
  void running.then(({exitCode, stderr}) =>
    isReady.reject(new Error(`The receiver ended with ${exitCode}: ${stderr}`)),
  );
  await isReady.promise;
  return {
    take: () => received.splice(0).toSorted((a, b) => a.way.localeCompare(b.way)),
    async stop() {
      running.stdin.end();
      await running;
    },
  };
}
