import {expect, test} from 'vitest';
import type {Invitation} from '../../../src/network/xmpp/invitation.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {fromElsewhere, fromHost} from '../../../src/stack/checks/vantage.ts';
import {findBridge, findBridgeFor} from '../../../src/stack/checks/visit.ts';
import {makeInput} from '../input.ts';

const invite = (...candidates: Invitation['candidates']) => ({ufrag: '', password: '', fingerprint: '', candidates});
const at = (type: string, address: string) => ({type, address, port: 10_000});

test('the relay finds the bridge at its own IPv4 address among all candidates', () => {
  const offered = invite(at('host', 'fd00::5'), at('srflx', '198.51.100.10'), at('host', '172.28.0.5'));
  expect(findBridge(offered)).toEqual(at('host', '172.28.0.5'));
  expect(() => findBridge(invite(at('srflx', '198.51.100.10')))).toThrow(
    'names no address in the network of the relay',
  );
});

test('a bridge that does not offer its private address is not reached through the relay, also seen from its host', () => {
  const {blueprint} = drawBlueprint(makeInput());
  const offered = invite(at('srflx', '198.51.100.10'), at('host', '172.28.0.5'));
  for (const vantage of [fromHost(blueprint), fromElsewhere('meet.example.org')])
    expect(findBridgeFor(vantage, offered)).toEqual(at('host', '172.28.0.5'));
  const hidden = invite(at('srflx', '198.51.100.10'));
  expect(() => findBridgeFor(fromHost(blueprint), hidden)).toThrow(
    'the bridge offers 198.51.100.10:10000 instead of 172.28.0.5',
  );
});
