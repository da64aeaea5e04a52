import {expect, test, vi} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {showMetrics} from '../../src/commands/metrics.ts';
import {showRouter} from '../../src/commands/router.ts';
import {testSelf} from '../../src/commands/self-test.ts';
import {version} from '../../src/model/program.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const fakes = vi.hoisted(() => ({place: undefined as unknown, problems: [] as unknown[]}));
vi.mock('../../src/stack/index.ts', async original => ({
  ...(await original<object>()),
  findRouterPlace: () => fakes.place,
  renewForwards: async () => fakes.problems,
}));
vi.mock('../../src/commands/context.ts', async original => ({
  ...(await original<object>()),
  detectFacts: async () => ({}),
  drawStackFor: async () => ({forwards: [forward]}),
}));

const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';

/** Makes the context of a command line, and a `print` that reads what is printed as JSON. */
function prepare(...argv: readonly string[]) {
  const host = createMemoryHost({
    files: {'/etc/jitsi-onebox/settings.yaml': settings, '/proc/loadavg': '0.25 0.5 0.75 1/100 4711\n'},
    commands: {true: ''},
  });
  const printed: unknown[] = [];
  const context = {invocation: readArguments(argv), machine: {host}} as unknown as CommandContext;
  return {context, printed, print: (text: string) => void printed.push(JSON.parse(text))};
}

test('self-test prints JSON for programs', async () => {
  const {context, printed, print} = prepare('self-test', '--json');
  expect(await testSelf(context, print, async () => undefined)).toBe(0);
  expect(printed).toEqual([{version, isComplete: true}]);
});

test('metrics prints JSON for programs, with the names that Prometheus sees', async () => {
  const {context, printed, print} = prepare('metrics', '--json');
  expect(await showMetrics(context, print)).toBe(0);
  const [{families}] = printed as [{families: readonly {name: string; samples: readonly unknown[]}[]}];
  expect(families.length).toBeGreaterThan(5);
  for (const {name} of families) expect(name).toMatch(/^jitsi_onebox_/);
});

const forward = {port: 443, protocol: 'tcp', to: '192.168.1.20', purpose: 'pages and the relay'} as const;
const silent = {code: 'router-forward', summary: 'It is silent.', remedy: 'Wait.'};

test.each([
  [{gateway: '192.168.1.1', localAddress: forward.to}, [], {problems: [], forwards: [forward]}, 0],
  [{gateway: '192.168.1.1', localAddress: forward.to}, [silent], {problems: [silent], forwards: [forward]}, 1],
  [undefined, [silent], {problems: [], forwards: []}, 0],
])('router renew prints JSON for programs: %j, %j', async (place, problems, answer, exit) => {
  Object.assign(fakes, {place, problems});
  const {context, printed, print} = prepare('router', 'renew', '--json');
  expect(await showRouter(context, print)).toBe(exit);
  expect(printed).toEqual([answer]);
});
