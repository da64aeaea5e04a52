import {randomBytes} from 'node:crypto';
import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {ATTRIBUTE, isSignedWith, readMessage, TYPE, writeMessage} from '../programs/stun/message.ts';

const SILENCE_MS = 700;

/** A connectivity check to one address; without a password it goes unsigned. */
export type Check = {
  readonly ip: string;
  readonly port: number;
  readonly ufrag: string;
  readonly password?: string;
  /** What the answer has to be signed with, when it differs. */
  readonly expected: string;
};

/** Sends a check as ICE does and tells whether a good answer, some other one or none came back. */
export const checkConnectivity = async (check: Check): Promise<'answered' | 'refused' | 'silence'> => {
  const socket = createSocket('udp4');
  socket.send(writeCheck(check), check.port, check.ip);
  try {
    const [packet] = await once(socket, 'message', {signal: AbortSignal.timeout(SILENCE_MS)});
    const answer = readMessage(packet);
    return answer?.type === TYPE.bindingSuccess && isSignedWith(answer, check.expected) ? 'answered' : 'refused';
  } catch {
    return 'silence';
  } finally {
    socket.close();
  }
};

const writeCheck = ({ufrag, password}: Check): Buffer =>
  writeMessage({
    type: TYPE.bindingRequest,
    transaction: randomBytes(12),
    attributes: [
      [ATTRIBUTE.username, Buffer.from(`${ufrag}:guest`)],
      [ATTRIBUTE.priority, Buffer.from([0x6e, 0xff, 0xff, 0xff])],
    ],
    ...(password !== undefined && {password}),
  });
