import {expect, test} from 'vitest';
import {findPublicIpv6} from '../../src/network/public-ipv6.ts';
import {writeXorAddress} from '../../src/network/stun-message.ts';
import {answerTo, attribute, startStunServer, transactionOf} from './stun-server.ts';

const [own, translated] = ['2a02:db8:77::10', '2a02:db8:77::99'];
const xorMappedAddress = 0x0020;

/** Starts a server that says an address, or is silent; returns a name with its port. */
async function start(says: string | undefined): Promise<string> {
  const server = await startStunServer(request => {
    const transaction = transactionOf(request);
    const mapped = says && attribute(xorMappedAddress, writeXorAddress({address: says, port: 4660}, transaction));
    return mapped ? [answerTo(transaction, mapped)] : [];
  }, '::1');
  return server.replace('::1', 'stun.test');
}

test.each<[string, readonly (string | undefined)[], string | undefined]>([
  ['one server says an address of this host', [own], 'works'],
  ['one says it, and others are silent or lie', [translated, own, undefined], 'works'],
  ['two agree on another address', [translated, translated], 'works'],
  ['one alone says another address', [translated], undefined],
  ['two disagree', [translated, '2a02:db8:77::98'], undefined],
  ['nobody answers', [undefined], 'configured'],
  ['nobody can be asked', [], undefined],
])('where %s, the state is %s', async (_what, says, state) => {
  const servers = await Promise.all(says.map(start));
  const fact = await findPublicIpv6(['nowhere.test:3478', ...servers], [own], async name => {
    if (name === 'nowhere.test') throw new Error('queryAaaa ENODATA nowhere.test');
    return ['::1'];
  });
  expect(fact.value?.state).toBe(state);
});

test('without an address, nobody is asked', async () => {
  const fact = await findPublicIpv6(['stun.test:3478'], [], () => Promise.reject(new Error('asked')));
  expect(fact.value).toEqual({address: null, state: 'none'});
});
