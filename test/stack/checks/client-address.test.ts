import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {clientAddressChecks} from '../../../src/stack/checks/client-address.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const {blueprint} = drawBlueprint(makeInput());
const chain = clientAddressChecks(blueprint).find(({code}) => code === 'client-address-chain');

/** Runs the check on a host with these rules, where the request of the container ends with an exit status of curl. */
function run(exitCode: number, ...rules: readonly string[]) {
  const web = {id: 'w', service: 'web', name: 'web', running: true} as never;
  const commands = {
    'docker exec': {exitCode, stderr: 'curl: (28) Connection timed out'},
    'ip -4 route get': `${blueprint.network.web} dev br-0a1b2c3d4e5f src ${blueprint.network.gateway} uid 0\n`,
    'iptables-nft-save': ['*filter', ':INPUT DROP [0:0]', ...rules, 'COMMIT'].join('\n'),
  };
  const host = createMemoryHost({commands, containers: {[blueprint.project.name]: [web]}});
  return chain?.run(openRound(host, new AbortController().signal).context);
}

const onUplink = '-A INPUT -i ens3 -p tcp -m tcp --dport 443 -j ACCEPT';
const onBridges = '-A INPUT -i br-+ -p tcp -m tcp --dport 443 -j ACCEPT';

test('a rule that lets participants in on one interface only is no fault of the chain', async () => {
  expect(await run(28, onUplink)).toMatchObject({
    state: 'warning',
    summary: expect.stringContaining('could not be tried from here'),
    evidence: expect.stringMatching(/^the policy of iptables ip filter INPUT \(simulated on br-0a1b2c3d4e5f\); curl/),
  });
});

test.each<[string, number, readonly string[]]>([
  ['no answer where no rule is in the way', 28, [onUplink, onBridges]],
  ['another failure', 35, [onUplink]],
])('%s stays a failure', async (_what, exitCode, rules) => {
  expect(await run(exitCode, ...rules)).toMatchObject({state: 'failed', evidence: 'curl: (28) Connection timed out'});
});
