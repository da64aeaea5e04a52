import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import type {Passage} from '../../../src/model/router.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {routerForwards} from '../../../src/stack/checks/router-forwards.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const {blueprint} = drawBlueprint(makeInput());
const passage = (port: number, answersOutside: boolean, protocol: 'tcp' | 'udp' = 'tcp') =>
  ({port, protocol, answersHere: true, answersOutside}) as Passage;

function run(passages: readonly Passage[], plan = blueprint) {
  const {context} = openRound(createMemoryHost(), new AbortController().signal);
  return routerForwards(plan, async () => passages).run(context);
}

test('a host with the public address says that a firewall in front of it shows from outside only', async () => {
  const finding = await run([], {...blueprint, localAddress: blueprint.publicAddress});
  expect(finding).toMatchObject({state: 'ok', evidence: expect.stringContaining('jitsi-onebox doctor --outside')});
});

test('so does one behind a router without hairpin', async () => {
  const finding = await run([passage(443, false)]);
  expect(finding).toMatchObject({state: 'ok', evidence: expect.stringContaining('jitsi-onebox doctor --outside')});
});

test('a port that does not arrive is closed in the router, or by the provider', async () => {
  expect(await run([passage(443, true), passage(10_000, false, 'udp')])).toMatchObject({
    state: 'failed',
    summary: 'The router does not forward 10000/udp to this host.',
    remedy: expect.stringMatching(/^Forward .* in the router, or open the port in the firewall of your provider/),
  });
});
