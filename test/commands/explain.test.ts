import {expect, test} from 'vitest';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {explainCode} from '../../src/commands/explain.ts';
import {catalogue} from '../../src/model/catalogue.ts';
import {exitFor} from '../../src/model/program.ts';
import type {UndoRequest} from '../../src/model/request.ts';
import {noRun} from '../../src/model/run.ts';
import {reportRun} from '../../src/runs/report.ts';

async function explain(...argv: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const invocation = readArguments(['explain', ...argv]);
  expect(await explainCode({invocation} as CommandContext, text => printed.push(text))).toBe(0);
  return printed.join('\n');
}

test('a code is explained: title, place, meaning, remedy, and the command that shows it', async () => {
  expect(await explain('turn-allocation')).toMatchInlineSnapshot(`
    "TURN allocation over TLS on port 443 (turn-allocation)
      Kind:        check, Relay
      Meaning:     The relay refuses allocations, so participants behind strict firewalls have neither audio nor video.
      What to do:  Run \`jitsi-onebox apply\` on the host. If it changes nothing, look at \`docker logs\` of turn there.
      Shown by:    sudo jitsi-onebox doctor"
  `);
  expect(JSON.parse(await explain('disk-full', '--json'))).toMatchObject({
    code: 'disk-full',
    kind: 'problem',
    place: 'host',
    shownBy: 'sudo jitsi-onebox attach',
  });
});

test('only a run checks foreign web sites, so its report shows them', async () => {
  expect(await explain('own-sites')).toContain('Shown by:    sudo jitsi-onebox attach');
});

test('without a code, all are listed under their places', async () => {
  const list = await explain();
  for (const {code, title} of catalogue) expect(list).toMatch(new RegExp(`^  ${code} +${title}$`, 'm'));
  expect(list).toMatch(/^Relay\n {2}container-turn/m);
  expect(JSON.parse(await explain('--json'))).toHaveLength(catalogue.length);
});

test.each([
  ['turn-alocation', 'Did you mean `turn-allocation`?'],
  ['Bosh', 'Did you mean `bosh`?'],
  ['entirely-something-else', 'There is no code `entirely-something-else`.'],
])('the unknown code %s is bad usage', async (code, said) => {
  const error = await explain(code).catch((reason: unknown) => reason);
  expect(error).toMatchObject({code: 'bad-usage', summary: expect.stringContaining(said)});
  expect(exitFor(error)).toBe(64);
});

test('the report of an uninstallation says where the backups still are', () => {
  const ended = {run: noRun, exit: 0};
  const next = reportRun({command: 'uninstall', purge: true, backups: '/var/backups/x'}, ended).next;
  expect(next[0]).toBe('Your backups are still in /var/backups/x.');
  expect(reportRun({command: 'uninstall', purge: true}, ended).next.join()).not.toContain('backups');
});

test('the report of a failed run names the code to explain', () => {
  const problem = {code: 'port-kept', summary: 'No port.', remedy: 'Look.'} as const;
  const request = {command: 'undo', run: '20261122T083000Z'} as UndoRequest;
  const {next} = reportRun(request, {run: {...noRun, problems: [problem]}, exit: 1});
  expect(next.at(-1)).toBe('`jitsi-onebox explain port-kept` says more about the problem.');
  const checks = new Map([['bosh', {check: 'bosh', state: 'failed'} as const]]);
  expect(reportRun(request, {run: {...noRun, checks}, exit: 1}).next.at(-1)).toContain('explain bosh');
  expect(reportRun(request, {run: {...noRun, checks}, exit: 0}).next.join()).not.toContain('explain');
});
