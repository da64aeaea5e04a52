import {expect, test} from 'vitest';
import type {Invitation} from '../../../src/network/xmpp/invitation.ts';
import {findBridge} from '../../../src/stack/checks/visit.ts';

const invite = (...candidates: Invitation['candidates']) => ({ufrag: '', password: '', fingerprint: '', candidates});
const at = (type: string, address: string) => ({type, address, port: 10_000});

test('the relay finds the bridge at its own IPv4 address among all candidates', () => {
  const offered = invite(at('host', 'fd00::5'), at('srflx', '198.51.100.10'), at('host', '172.28.0.5'));
  expect(findBridge(offered)).toEqual(at('host', '172.28.0.5'));
  expect(() => findBridge(invite(at('srflx', '198.51.100.10')))).toThrow(
    'names no address in the network of the relay',
  );
});
