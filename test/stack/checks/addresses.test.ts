import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {known, unknown} from '../../../src/model/facts.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {judgeIpv6, publicAddress} from '../../../src/stack/checks/addresses.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeFacts, makeInput} from '../input.ts';

const [seen, floating, elsewhere, old] = ['198.51.100.10', '198.51.100.20', '198.51.100.30', '198.51.100.9'];
const local = '192.168.1.20';

/** Looks at a host that has a local and a floating address, with a setting and with what bridge and relay advertise. */
async function look(setting: string, bridge: string, relay: string, isSeen = true) {
  const interfaces = [{name: 'eth0', addresses: [local, floating]}];
  const nothing = {publicAddress: unknown('STUN', 'no answer')};
  const input = makeInput({
    settings: `domain: meet.example.org\nturn: {domain: turn.example.org}\ncontact: a@example.org\naddress: {public: ${setting}}\n`,
    facts: {...makeFacts({interfaces, publicAddress: seen}), ...(!isSeen && nothing)},
    inUse: {publicAddress: bridge},
  });
  const files = {
    '/srv/jitsi/compose.yaml': `      JVB_ADVERTISE_IPS: "${local},${bridge}"\n`,
    '/srv/jitsi/turn/turnserver.conf': `external-ip=${relay}/${local}\n`,
  };
  const {context} = openRound(createMemoryHost({files}), new AbortController().signal);
  return publicAddress(drawBlueprint(input).blueprint, input.facts).run(context);
}

test.each([
  ['auto', seen, seen, 'ok', /advertise 198\.51\.100\.10, as the internet sees it/],
  ['auto', old, seen, 'failed', /is 198\.51\.100\.10 now, but the bridge advertises 198\.51\.100\.9/],
  ['auto', seen, old, 'failed', /the relay advertises 198\.51\.100\.9/],
  ['auto', floating, floating, 'ok', /advertise 198\.51\.100\.20, an address of this host/],
  ['auto', local, local, 'failed', /the bridge advertises 192\.168\.1\.20/],
  [floating, floating, floating, 'ok', /advertise 198\.51\.100\.20, an address of this host/],
  [floating, seen, floating, 'failed', /is 198\.51\.100\.20 now, but the bridge advertises 198\.51\.100\.10/],
  [
    elsewhere,
    elsewhere,
    elsewhere,
    'warning',
    /198\.51\.100\.30, as you set it, but the internet sees 198\.51\.100\.10/,
  ],
  [elsewhere, floating, elsewhere, 'failed', /the bridge advertises 198\.51\.100\.20/],
  [seen, seen, seen, 'ok', /as the internet sees it/],
])('with address.public %s, the bridge that advertises %s and the relay %s are %s', async (...row) => {
  const [setting, bridge, relay, state, summary] = row;
  expect(await look(setting, bridge, relay)).toMatchObject({state, summary: expect.stringMatching(summary)});
});

test('both addresses are named where they differ, and without one that is seen the settings count', async () => {
  expect((await look(elsewhere, elsewhere, elsewhere)).evidence).toMatch(
    /bridge: 198\.51\.100\.30; .*sees 198\.51\.100\.10/,
  );
  expect(await look(elsewhere, elsewhere, elsewhere, false)).toMatchObject({state: 'ok'});
  expect(await look(elsewhere, old, elsewhere, false)).toMatchObject({state: 'failed'});
  expect(await look('auto', seen, seen, false)).toMatchObject({state: 'ok'});
});

const record = {name: 'meet.example.org', address: '2a02:db8:77::10'};
const tried = (state: 'works' | 'configured') => known({address: record.address, state}, 'STUN');

test.each([
  ['works', tried('works'), 'ok', /packets get out over IPv6. The way from outside was not tried/],
  ['does not work', tried('configured'), 'failed', /no working IPv6/],
  ['is not there', known({address: null, state: 'none' as const}, 'interfaces'), 'failed', /no working IPv6/],
  ['could not be tried', unknown('STUN', 'no server'), 'ok', /could not be tested/],
])('an AAAA record of this host where IPv6 %s', (_what, fact, state, summary) => {
  expect(judgeIpv6(record, fact)).toMatchObject({state, summary: expect.stringMatching(summary)});
});
