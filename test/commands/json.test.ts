import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {showMetrics} from '../../src/commands/metrics.ts';
import {testSelf} from '../../src/commands/self-test.ts';
import {version} from '../../src/model/program.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

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
