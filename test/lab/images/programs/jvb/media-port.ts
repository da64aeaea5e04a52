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
import type {Endpoint, Endpoints} from './endpoints.ts';
import {type Address, openPaths} from './paths.ts';
import {type Identity, openSwitchboard} from './switchboard.ts';

/** Opens the bridge's one port for media: it answers connectivity checks of its own endpoints, and carries their audio. */
export const openMediaPort = async (port: number, endpoints: Endpoints, identity: Identity): Promise<Socket> => {
  const socket = createSocket('udp4');
  const switchboard = openSwitchboard(endpoints, identity);
  const paths = openPaths((packet, {address, port}) => socket.send(packet, port, address), switchboard.connect);
  endpoints.onAccept(paths.accept);
  socket.on('message', (packet, {address, port}) => {
    const from = {address, port};
    const message = readMessage(packet);
    if (message === undefined) {
      switchboard.receive(from, packet);
    } else if (message.type === TYPE.bindingSuccess) {
      paths.seeAnswer(message);
    } else {
      const endpoint = findEndpoint(message, endpoints);
      if (endpoint !== undefined) {
        socket.send(writeAnswer(message, endpoint, from), port, address);
        paths.seeCheck(endpoint, from);
      }
    }
  });
  socket.bind(port);
  await once(socket, 'listening');
  return socket;
};

/** The endpoint that a check is for, when the check is signed with its password. */
const findEndpoint = (request: Message, endpoints: Endpoints): Endpoint | undefined => {
  const [ufrag = ''] = findValue(request, ATTRIBUTE.username)?.toString().split(':') ?? [];
  const endpoint = request.type === TYPE.bindingRequest ? endpoints.find(ufrag) : undefined;
  return endpoint !== undefined && isSignedWith(request, endpoint.password) ? endpoint : undefined;
};

const writeAnswer = ({transaction}: Message, {password}: Endpoint, {address, port}: Address): Buffer =>
  writeMessage({
    type: TYPE.bindingSuccess,
    transaction,
    attributes: [[ATTRIBUTE.mappedAddress, writeMappedAddress(address, port)]],
    password,
  });
