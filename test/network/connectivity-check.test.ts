import {randomBytes} from 'node:crypto';
import {expect, test} from 'vitest';
import {checkDirectly} from '../../src/network/connectivity-check.ts';
import {writeXorAddress} from '../../src/network/stun-address.ts';
import {
  attributeTypes,
  findAttribute,
  isSignedWith,
  messageTypes,
  readMessage,
  writeMessage,
} from '../../src/network/stun-message.ts';
import {startStunServer} from './stun-server.ts';

const ufrag = 'a1b2c3';
const password = 'the password of this very participant';

/** A bridge as the real one is: silent to whoever does not know the password. */
function startBridge(key = password): Promise<string> {
  return startStunServer((packet, from) => {
    const request = readMessage(packet);
    const name = request && findAttribute(request, attributeTypes.username)?.toString().split(':')[0];
    if (!request || name !== ufrag || !isSignedWith(request, password)) return [];
    if (!findAttribute(request, attributeTypes.priority)) return [];
    const mapped = writeXorAddress({address: from.address, port: from.port}, request.transaction);
    const attributes = [[attributeTypes.xorMappedAddress, mapped]] as const;
    return [writeMessage({type: messageTypes.bindingSuccess, transaction: request.transaction, attributes, key})];
  });
}

const check = async (server: string, credentials = {ufrag, password}) => {
  const [address = '', port] = server.split(':');
  await checkDirectly({...credentials, to: {address, port: Number(port)}}, AbortSignal.timeout(400));
};

test('a check with what the bridge gave out is answered', async () => {
  await check(await startBridge());
});

test.each([
  ['an unknown ufrag', {ufrag: 'nobody', password}],
  ['a wrong password', {ufrag, password: 'guessed'}],
])('a check with %s is not', async (_what, credentials) => {
  await expect(check(await startBridge(), credentials)).rejects.toThrow();
});

test('an answer of somebody who does not know the password is none', async () => {
  await expect(check(await startBridge(randomBytes(8).toString('hex')))).rejects.toThrow();
});
