import {expect, test} from 'vitest';
import {probeName} from '../../src/network/name-probe.ts';

const here = '198.51.100.1';

test.each([
  [[here], true, /leads to 198\.51\.100\.1, as it should/],
  [[], false, /no DNS entry yet: let it lead to 198\.51\.100\.1/],
  [['203.0.113.5'], false, /leads to 203\.0\.113\.5; the public address here is 198\.51\.100\.1/],
  [[here, '2001:db8::7'], false, /leads here, but also to 2001:db8::7/],
])('a name that leads to %j', async (found, isGood, text) => {
  const probed = await probeName('meet.example.org', here, async () => found);
  expect(probed).toEqual({isGood, text: expect.stringMatching(text)});
});

test('a resolver that does not answer keeps nobody from going on', async () => {
  const probed = await probeName('meet.example.org', here, () => Promise.reject(new Error('queryA ETIMEOUT')));
  expect(probed).toEqual({isGood: false, text: expect.stringMatching(/could not be looked up.*ETIMEOUT.*go on/)});
});
