import {createSocket, type Socket} from 'node:dgram';
import {once} from 'node:events';
import {
  ATTRIBUTE,
  findValue,
  isSignedWith,
  type Message,
  readMessage,
  TYPE,
  writeMappedAddress,
  writeMessage,
} from '../stun/message.ts';
import type {Endpoints} from './endpoints.ts';

/** Opens the bridge's one port for media: it answers connectivity checks of its own endpoints and nothing else. */
export const openMediaPort = async (port: number, endpoints: Endpoints): Promise<Socket> => {
  const socket = createSocket('udp4');
  socket.on('message', (packet, {address, port}) => {
    const request = readMessage(packet);
    const password = request && findPassword(request, endpoints);
    if (request !== undefined && password !== undefined) {
      socket.send(writeAnswer(request, {password, address, port}), port, address);
    }
  });
  socket.bind(port);
  await once(socket, 'listening');
  return socket;
};

/** The password of the endpoint that a check is for, when the check is signed with it. */
const findPassword = (request: Message, endpoints: Endpoints): string | undefined => {
  const [ufrag = ''] = findValue(request, ATTRIBUTE.username)?.toString().split(':') ?? [];
  const password = request.type === TYPE.bindingRequest ? endpoints.passwordOf(ufrag) : undefined;
  return password !== undefined && isSignedWith(request, password) ? password : undefined;
};

type Sender = {readonly password: string; readonly address: string; readonly port: number};

const writeAnswer = ({transaction}: Message, {password, address, port}: Sender): Buffer =>
  writeMessage({
    type: TYPE.bindingSuccess,
    transaction,
    attributes: [[ATTRIBUTE.mappedAddress, writeMappedAddress(address, port)]],
    password,
  });
