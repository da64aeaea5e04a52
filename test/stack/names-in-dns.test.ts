import {expect, test} from 'vitest';
import type {CaaRecord} from '../../src/model/machine.ts';
import type {Change} from '../../src/model/plan.ts';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {warnOfNames} from '../../src/stack/names-in-dns.ts';
import {makeFacts, makeInput} from './input.ts';

const ipv6 = '2a02:db8:77::10';
const draw = (state: 'works' | 'configured') =>
  drawBlueprint(makeInput({facts: makeFacts({publicIpv6: {address: ipv6, state}})})).blueprint;
const blueprint = draw('works');
const here = blueprint.publicAddress;
const names = [blueprint.domain, blueprint.turnDomain ?? ''];
const order = (name: string, change: 'order' | 'update' = 'order'): Change => ({
  id: `certificate:${name}`,
  title: name,
  place: 'nginx',
  kind: 'certificate',
  needs: [],
  locks: [],
  change,
  differences: [{change, summary: ''}],
});

type Entries = {
  readonly addresses?: readonly string[];
  /** What the internet sees; the same, unless it is given. */
  readonly outside?: readonly string[] | Error;
  readonly caa?: readonly CaaRecord[];
  readonly account?: string | null;
};

function warn(
  {addresses = [here], outside = addresses, caa = [], account}: Entries,
  changes: readonly Change[] = names.map(name => order(name)),
  plan = blueprint,
) {
  const lookUpOutside = async () => {
    if (outside instanceof Error) throw outside;
    return [{from: 'resolver.test', addresses: outside}];
  };
  const dns = {lookUp: async () => addresses, lookUpOutside, lookUpCaa: async () => caa};
  return warnOfNames(changes, plan, dns, async () => account);
}

test('names that resolve to this host, without CAA records, cause no warning', async () => {
  expect(await warn({})).toEqual([]);
});

test('a local network that answers with the local address causes no warning', async () => {
  expect(await warn({addresses: [blueprint.localAddress], outside: [here]})).toEqual([]);
});

test('a name with an IPv6 address of this host causes a warning only where nothing answers over IPv6', async () => {
  const addresses = [here, ipv6];
  expect(await warn({addresses})).toEqual([]);
  const [warning] = await warn({addresses}, [order(blueprint.domain)], draw('configured'));
  expect(warning).toMatchObject({code: 'name-elsewhere', summary: expect.stringContaining(`also to ${ipv6}`)});
});

test.each([
  ['another address', ['198.51.100.99'], /resolves to 198\.51\.100\.99/],
  ['a stray IPv6 address', [here, '2001:db8::9'], /also to 2001:db8::9/],
  ['nothing', [], /no DNS entry yet/],
])('a name that resolves to %s causes one', async (_what, addresses, words) => {
  const warnings = await warn({addresses});
  expect(warnings.map(({code}) => code)).toEqual(['name-elsewhere', 'name-elsewhere']);
  expect(warnings[0]?.summary).toMatch(words);
  expect(warnings[0]?.remedy).toContain('(Cloudflare: the orange cloud), switch that off (DNS only)');
});

test('an authority that the DNS forbids is named, with the record to add', async () => {
  const [warning] = await warn({caa: [{tag: 'issue', value: 'other.test', isCritical: false}]}, [
    order(blueprint.domain),
  ]);
  expect(warning).toMatchObject({code: 'caa-forbids', why: 'Its CAA records are: 0 issue "other.test".'});
  expect(warning?.remedy).toContain(`${blueprint.domain}. CAA 0 issue "letsencrypt.org"`);
});

test('only names that a certificate is ordered for are looked up', async () => {
  expect(await warn({addresses: []}, [order(blueprint.domain, 'update')])).toEqual([]);
});

test('without an answer there is a warning about the name, and the plan is shown all the same', async () => {
  const broken = () => Promise.reject(new Error('queryA ETIMEOUT'));
  const dns = {lookUp: broken, lookUpOutside: broken, lookUpCaa: broken};
  const warnings = await warnOfNames([order(blueprint.domain)], blueprint, dns, broken);
  expect(warnings.map(({code}) => code)).toEqual(['name-elsewhere', 'resolvers-silent']);
});

test('a name that is right for the internet only causes another one', async () => {
  const warnings = await warn({addresses: ['198.51.100.99'], outside: [here]}, [order(blueprint.domain)]);
  expect(warnings.map(({code}) => code)).toEqual(['name-differs-here']);
});

test('an internet that cannot be asked causes one warning, and right names cause no other', async () => {
  const warnings = await warn({outside: new Error('blocked')});
  expect(warnings.map(({code}) => code)).toEqual(['resolvers-silent']);
});

test.each([
  ['https://a.test/acct/1', []],
  ['https://a.test/acct/2', ['caa-forbids']],
  [null, ['caa-forbids']],
  [undefined, []],
])('where the DNS names an account, that of certbot is %s', async (account, codes) => {
  const caa = [{tag: 'issue', value: 'letsencrypt.org; accounturi=https://a.test/acct/1', isCritical: false}];
  const warnings = await warn({caa, ...(account !== undefined && {account})}, [order(blueprint.domain)]);
  expect(warnings.map(({code}) => code)).toEqual(codes);
});
