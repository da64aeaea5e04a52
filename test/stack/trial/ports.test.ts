import {expect, test} from 'vitest';
import {known} from '../../../src/model/facts.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {hasFreePort, planPortTrial} from '../../../src/stack/trial/ports.ts';
import {makeFacts, makeInput} from '../input.ts';

const {facts} = makeInput();
const free = {...facts, listeners: known([], 'ss')};
const plan = (...flags: readonly string[]) => planPortTrial(gatherSettings({flags}), free);
const ids = (trial: ReturnType<typeof plan>) => trial.ports.map(({id}) => id);

test('the ports are those of the settings, also before there are any', () => {
  expect(ids(plan())).toEqual(['80/tcp', '443/tcp', '3478/udp', '10000/udp']);
  expect(ids(plan('turn.enabled=false', 'ports.media=20000'))).toEqual(['80/tcp', '443/tcp', '20000/udp']);
});

test('each failure has the exact rule', () => {
  const {subjects} = plan('address.public=198.51.100.10', 'address.local=192.168.77.10');
  expect(subjects[0]?.remedy).toBe('Forward 80/tcp in the router to 192.168.77.10, port 80.');
  expect(subjects[3]?.remedy).toMatch(
    /^Forward 10000\/udp in the router to 192\.168\.77\.10, port 10000\. If that is so/,
  );
  const {subjects: own} = plan('address.public=198.51.100.10', 'address.local=198.51.100.10');
  expect(own[1]?.remedy).toBe("Let your provider's firewall pass 443/tcp to 198.51.100.10.");
});

test('the packet filter is simulated on the interface that has the local address', () => {
  const interfaces = [
    {name: 'ens3', addresses: ['192.168.1.20']},
    {name: 'ens4', addresses: ['10.9.0.20']},
  ];
  const where = {field: 'iif', in: ['ens4']};
  const drop = {text: 'iifname "ens4" drop', number: 1, if: [where], verdict: 'drop'} as const;
  const chain = {program: 'nft', family: 'inet', table: 'filter', name: 'input', hook: 'input', rules: [drop]} as const;
  const two = {...free, ...makeFacts({interfaces, packetFilter: {chains: [chain]}})};
  const adviceFor = (address: string) =>
    planPortTrial(gatherSettings({flags: [`address.local=${address}`]}), two).subjects[0]?.remedy;
  expect(adviceFor('192.168.1.20')).toMatch(/^Forward/);
  expect(adviceFor('10.9.0.20')).toMatch(/^The packet filter of this host drops it/);
});

test('a port in use is not tried, but one in use on loopback is', () => {
  const hold = (address: string, port: number) => ({protocol: 'tcp', address, port, process: 'apache2'}) as const;
  const held = {...free, listeners: known([hold('*', 80), hold('127.0.0.1', 443)], 'ss')};
  const draft = gatherSettings({});
  const trial = planPortTrial(draft, held);
  expect(ids(trial)).toEqual(['443/tcp', '3478/udp', '10000/udp']);
  expect(trial.untried).toEqual([{id: '80/tcp', reason: 'apache2 uses it already'}]);
  expect(hasFreePort(draft, held)).toBe(true);
  expect(hasFreePort(draft, {...free, listeners: known([hold('*', 80), hold('*', 443)], 'ss')})).toBe(false);
});

test('without a public address there is no link', () => {
  const unknown = {...free, publicAddress: {value: undefined, source: 'STUN', reason: 'no answer'}};
  expect(() => planPortTrial(gatherSettings({}), unknown)).toThrow(/public address of this host could not be detected/);
  expect(hasFreePort(gatherSettings({}), unknown)).toBe(false);
});
