import {expect, test} from 'vitest';
import {probeName} from '../../src/network/dns.ts';

const here = '198.51.100.1';

test.each([
  [[here], true, /resolves to 198\.51\.100\.1, as it should/],
  [[], false, /no DNS entry yet: let it resolve to 198\.51\.100\.1/],
  [['203.0.113.5'], false, /resolves to 203\.0\.113\.5; the public address here is 198\.51\.100\.1/],
  [['192.168.1.20'], true, /this host's address in your network. Outside it must resolve to 198\.51\.100\.1/],
  [['192.168.1.20', '203.0.113.5'], false, /resolves to 192/],
  [[here, '2001:db8::7'], false, /resolves to this host, but also to 2001:db8::7/],
])('a name that resolves to %j', async (found, isGood, text) => {
  const probed = await probeName('meet.example.org', {address: here, local: '192.168.1.20'}, async () => found);
  expect(probed).toEqual({isGood, text: expect.stringMatching(text)});
});

test('without an answer from the resolver, the user may still continue', async () => {
  const probed = await probeName('meet.example.org', {address: here, local: undefined}, () =>
    Promise.reject(new Error('queryA ETIMEOUT')),
  );
  expect(probed).toEqual({
    isGood: false,
    text: expect.stringMatching(/could not be looked up.*ETIMEOUT.*may continue/),
  });
});
