import {expect, test} from 'vitest';
import {followAddress, showAddress} from '../../src/commands/address.ts';
import {readArguments} from '../../src/commands/arguments.ts';
import type {CommandContext} from '../../src/commands/context.ts';
import {known, unknown} from '../../src/model/facts.ts';
import {Problem} from '../../src/model/problem.ts';
import type {Ui} from '../../src/model/ui.ts';
import {type AddressNotice, readAddressNotice, settingsPath} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {assets} from '../stack/input.ts';

const now = Date.parse('2026-11-29T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const follow = 'address: {changes: apply}\n';
const usual = '198.51.100.10';
const other = '198.51.100.77';
const settings = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const compose = `# Written by jitsi-onebox\nJVB_ADVERTISE_IPS: "192.168.1.20,${usual}"\n`;

/** Runs `address` on a host that sees these addresses, one after the other, and returns what it says. */
const look = (more: string, argv: readonly string[], ...seen: readonly (string | undefined)[]) =>
  lookAgain(undefined, more, argv, ...seen);

/** The same, after a look that left a notice. */
async function lookAgain(
  notice: Partial<AddressNotice> | undefined,
  more: string,
  argv: readonly string[],
  ...seen: readonly (string | undefined)[]
) {
  const host = createMemoryHost({
    clock: now,
    files: {
      ...(notice && {
        '/var/lib/jitsi-onebox/address.json': JSON.stringify({v: 1, checked: '', seen: other, ...notice}),
      }),
      [settingsPath]: settings + more,
      '/srv/jitsi/compose.yaml': compose,
      '/var/lib/jitsi-onebox': {directory: true},
      '/run/systemd/system': {directory: true},
    },
    commands: {systemctl: {exitCode: 3}},
  });
  const left = [...seen];
  const demands: boolean[] = [];
  const said: string[] = [];
  const machine = {
    host,
    async seeAddress(_stun: readonly string[], _signal: AbortSignal, {isToFollow} = {isToFollow: false}) {
      const address = left.shift();
      demands.push(isToFollow);
      return address === undefined ? unknown('STUN', 'nobody confirms it') : known(address, 'two agree');
    },
    lookUp: async () => [usual],
    detect: () => {
      throw new Problem({code: 'other-changes', summary: 'Other changes wait.', remedy: 'Apply them.'});
    },
  };
  const context = {
    invocation: readArguments(['address', ...argv]),
    machine,
    assets,
    signal: new AbortController().signal,
  } as unknown as CommandContext;
  const ui = {
    report: async ({done}: {done?: string}) => void said.push(done ?? ''),
    showProblems: async (problems: readonly {code: string}[]) => void said.push(...problems.map(({code}) => code)),
  } as unknown as Ui;
  const print = (text: string) => void said.push(text);
  const exit = argv.length === 0 ? await showAddress(context, print) : await followAddress(context, ui, 0);
  return {exit, said: said.join('\n'), host, asked: seen.length - left.length, demands};
}

const scheduled = ['--now', '--scheduled'];
const notify = 'address: {changes: notify}\n';

test('the address is shown with the one in use', async () => {
  expect(await look('', [], other)).toMatchObject({exit: 2, said: expect.stringContaining(`sent to ${usual}`)});
  expect(await look('', [], usual)).toMatchObject({exit: 0});
  expect(await look('', [], undefined)).toMatchObject({exit: 0, said: expect.stringContaining('not known')});
});

test('the same address is seen once, and nothing is done', async () => {
  const {exit, asked, host} = await look(notify, scheduled, usual);
  expect([exit, asked]).toEqual([0, 1]);
  expect(host.changes).toEqual(['write /var/lib/jitsi-onebox/address.json']);
});

test('another address is only reported where the settings say so', async () => {
  const {exit, said, host} = await look(notify, scheduled, other, other);
  expect([exit, said]).toEqual([
    2,
    expect.stringContaining(`is ${other} now, and participants are still sent to ${usual}`),
  ]);
  expect(await readAddressNotice(host)).toMatchObject({seen: other});
  expect(host.changes).toEqual(['write /var/lib/jitsi-onebox/address.json']);
});

test('a change that has not ended is reported as that', async () => {
  const {exit, said} = await lookAgain({seen: usual, pending: usual}, notify, scheduled, usual);
  expect([exit, said]).toEqual([2, `The change to ${usual} has not ended: sudo jitsi-onebox address --now`]);
});

test.each([
  ['is seen only once', [other, usual]],
  ['is seen, and then none', [other, undefined]],
  ['is seen, and then a third', [other, '198.51.100.78']],
  ['is unknown', [undefined]],
])('an address that %s counts as none', async (_what, seen) => {
  const {exit, host} = await look(notify, scheduled, ...seen);
  expect([exit, host.changes]).toEqual([0, []]);
});

const followed =
  'address: {changes: apply}\ndynamic-dns: {kind: rfc2136, server: "ns.example.org:53", zone: example.org, secret: /root/key}\n';

test.each([
  ['by the timer', followed, scheduled, [false, true]],
  ['by the timer, without dynamic DNS', 'address: {changes: apply}\n', scheduled, [false, true]],
  ['by hand, where it would be published', followed, ['--now'], [false, true]],
  ['by the timer, where it is only reported', notify, scheduled, [false, false]],
  ['by hand, where the plan is shown first', '', ['--now'], [false, false]],
] as const)(
  'another address that is followed %s needs proof where nobody is asked',
  async (_who, more, argv, demands) => {
    const {exit, said, host, ...found} = await look(more, argv, other, undefined);
    expect([exit, said, host.changes]).toEqual([0, 'The address is not followed: nobody confirms it.', []]);
    expect(found.demands).toEqual(demands);
  },
);

test('DNS entries that have the address already are left alone, and a refusal is reported', async () => {
  expect((await look(followed, scheduled, usual)).exit).toBe(0);
  await expect(look(followed, ['--now'], other, other)).rejects.toMatchObject({code: 'other-changes'});
});

test('an attempt of the timer that fails is noted, and counted for each address', async () => {
  const former = {failed: {address: other, at: minutesAgo(60), times: 4}};
  for (const [notice, times] of [
    [undefined, 1],
    [former, 5],
    [{failed: {...former.failed, address: '198.51.100.78'}}, 1],
  ] as const) {
    const {exit, said, host} = await lookAgain(notice, follow, scheduled, other, other);
    expect([exit, said]).toEqual([1, 'other-changes']);
    expect((await readAddressNotice(host))?.failed).toEqual({address: other, at: minutesAgo(0), times});
  }
});

test.each([
  [1, 2, 75],
  [1, 3, 1],
  [2, 5, 75],
  [2, 6, 1],
  [5, 47, 75],
  [5, 48, 1],
  [20, 59, 75],
  [20, 60, 1],
])('after %i failures and %i minutes the timer ends with %i', async (times, minutes, status) => {
  const notice = {failed: {address: other, at: minutesAgo(minutes), times}};
  const {exit, host} = await lookAgain(notice, follow, scheduled, other, other);
  expect(exit).toBe(status);
  expect((await readAddressNotice(host))?.failed?.times).toBe(status === 75 ? times : times + 1);
});

test('an address that is in use again ends the count', async () => {
  const notice = {failed: {address: other, at: minutesAgo(1), times: 3}};
  const {exit, host} = await lookAgain(notice, follow, scheduled, usual);
  expect(exit).toBe(0);
  expect((await readAddressNotice(host))?.failed).toBeUndefined();
});
