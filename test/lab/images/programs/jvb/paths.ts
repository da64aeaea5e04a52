import {randomBytes} from 'node:crypto';
import {ATTRIBUTE, isSignedWith, type Message, TYPE, writeMessage} from '../stun/message.ts';
import type {Endpoint} from './endpoints.ts';

/** Where a packet came from. */
export type Address = {readonly address: string; readonly port: number};

/** The ways to the endpoints that the bridge, which is in control, tries and nominates. */
export type Paths = {
  /** Remembers where an endpoint's check came from, and checks back. */
  readonly seeCheck: (endpoint: Endpoint, from: Address) => void;
  /** Checks back where an endpoint's checks came from before its end was known. */
  readonly accept: (endpoint: Endpoint) => void;
  readonly seeAnswer: (message: Message) => void;
};

type Send = (packet: Buffer, to: Address) => void;
type Connect = (endpoint: Endpoint, path: Address, send: (packet: Buffer) => void) => void;

/** When a check is sent again, in milliseconds, until it is answered. */
const AGAIN_MS = [100, 300, 700];

/** Starts with no way. The first one on which an endpoint answers is connected, and stays. */
export const openPaths = (send: Send, connect: Connect): Paths => {
  const callers = new WeakMap<Endpoint, Address[]>();
  const connected = new WeakSet<Endpoint>();
  const pending = new Map<string, {readonly endpoint: Endpoint; readonly to: Address}>();
  const check = (endpoint: Endpoint, to: Address) => {
    const transaction = randomBytes(12);
    const key = transaction.toString('hex');
    const packet = writeCheck(endpoint, transaction);
    const repeat = () => pending.has(key) && send(packet, to);
    pending.set(key, {endpoint, to});
    repeat();
    for (const after of AGAIN_MS) {
      setTimeout(repeat, after);
    }
    setTimeout(() => pending.delete(key), 2 * Math.max(...AGAIN_MS));
  };
  return {
    seeCheck: (endpoint, from) => {
      callers.set(endpoint, [...(callers.get(endpoint) ?? []), from]);
      if (endpoint.remote !== undefined && !connected.has(endpoint)) {
        check(endpoint, from);
      }
    },
    accept: endpoint => {
      for (const from of callers.get(endpoint) ?? []) {
        check(endpoint, from);
      }
    },
    seeAnswer: message => {
      const key = message.transaction.toString('hex');
      const {endpoint, to} = pending.get(key) ?? {};
      if (endpoint?.remote === undefined || to === undefined || !isSignedWith(message, endpoint.remote.password)) {
        return;
      }
      pending.delete(key);
      if (!connected.has(endpoint)) {
        connected.add(endpoint);
        connect(endpoint, to, packet => send(packet, to));
      }
    },
  };
};

const writeCheck = ({ufrag, remote}: Endpoint, transaction: Buffer): Buffer =>
  writeMessage({
    type: TYPE.bindingRequest,
    transaction,
    attributes: [
      [ATTRIBUTE.username, Buffer.from(`${remote?.ufrag}:${ufrag}`)],
      [ATTRIBUTE.priority, Buffer.from([0x6e, 0xff, 0xff, 0xff])],
      [ATTRIBUTE.iceControlling, randomBytes(8)],
      [ATTRIBUTE.useCandidate, Buffer.alloc(0)],
    ],
    password: remote?.password ?? '',
  });
