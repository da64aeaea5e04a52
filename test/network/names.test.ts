import {expect, test} from 'vitest';
import {judgeName, probeName, unproxy} from '../../src/network/names.ts';

const here = '198.51.100.1';
const local = '192.168.1.20';
const name = 'meet.example.org';
const ipv6 = '2a02:db8:77::10';
const target = {address: here, local, ipv6: [ipv6]};

type Found = readonly string[] | Error;

/** Doors that answer with addresses, or fail. */
function doors(inside: Found, ...outside: readonly Found[]) {
  const give = async (found: Found) => {
    if (found instanceof Error) throw found;
    return found;
  };
  return {
    lookUp: () => give(inside),
    async lookUpOutside() {
      const [first] = outside;
      if (first === undefined || first instanceof Error) throw first ?? new Error('blocked');
      return Promise.all(
        outside.map(async (found, index) => ({from: `resolver${index}.test`, addresses: await give(found)})),
      );
    },
  };
}

test.each<[string, Found, readonly Found[], string, RegExp]>([
  ['right everywhere', [here], [[here], [here]], 'right', /resolves to 198\.51\.100\.1, as it should/],
  ['both families everywhere', [here, ipv6], [[here, ipv6]], 'right', /resolves to 198\.51\.100\.1, as it should/],
  ['both families, and the local address inside', [local, ipv6], [[here, ipv6]], 'right', /to 192\.168\.1\.20 in your/],
  ['its own IPv6 address only', [ipv6], [[ipv6]], 'wrong', /to 2a02:db8:77::10; the public address here is 198/],
  ['its own IPv6 address only, inside', [ipv6], [[here]], 'differs-here', /says 2a02:db8:77::10/],
  ['its own IPv6 address and a stray one', [here], [[here, ipv6, '2001:db8::7']], 'wrong', /also to 2001:db8::7: some/],
  ['another answer inside, on purpose', [local], [[here]], 'right', /outside and to 192\.168\.1\.20 in your network/],
  ['an old answer inside', ['203.0.113.5'], [[here]], 'differs-here', /resolver of this host says 203\.0\.113\.5/],
  ['no answer inside', [], [[here]], 'differs-here', /says that it does not exist/],
  ['no resolver inside', new Error('ETIMEOUT'), [[here]], 'differs-here', /does not answer \(ETIMEOUT\)/],
  ['wrong outside, right inside', [here], [['203.0.113.5']], 'wrong', /203\.0\.113\.5.*\(asked at resolver0\.test\)/],
  ['wrong outside, local inside', [local], [['203.0.113.5']], 'wrong', /203\.0\.113\.5/],
  ['not everywhere yet', [here], [[here], []], 'wrong', /no DNS entry yet.*\(asked at resolver1\.test\)/],
  ['a stray IPv6 address outside', [here], [[here, '2001:db8::7']], 'wrong', /also to 2001:db8::7/],
])('a name with %s', async (_what, inside, outside, kind, text) => {
  expect(await judgeName(name, target, doors(inside, ...outside))).toEqual({kind, text: expect.stringMatching(text)});
});

test.each<[Found, boolean, RegExp]>([
  [[here], true, /resolves to 198\.51\.100\.1, as it should/],
  [[], false, /no DNS entry yet: let it resolve to 198\.51\.100\.1/],
  [['203.0.113.5'], false, /resolves to 203\.0\.113\.5; the public address here is 198\.51\.100\.1/],
  [[here, ipv6], true, /resolves to 198\.51\.100\.1, as it should/],
  [[local, ipv6], true, /this host's address in your network/],
  [[local], true, /this host's address in your network. Outside it must resolve to 198\.51\.100\.1/],
  [[local, '203.0.113.5'], false, /resolves to 192/],
  [[here, '2001:db8::7'], false, /resolves to this host, but also to 2001:db8::7/],
  [new Error('queryA ETIMEOUT'), false, /could not be looked up.*ETIMEOUT.*can continue/],
])('without an answer from outside, a name that resolves to %j', async (inside, isGood, text) => {
  const probed = await probeName(name, target, doors(inside));
  expect(probed).toEqual({isGood, text: expect.stringMatching(text)});
  expect(probed.text).toContain('The public DNS could not be asked (blocked).');
  expect(probed.text.includes(unproxy)).toBe(!isGood);
});
