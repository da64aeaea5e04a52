import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {describe, expect, test, vi} from 'vitest';
import {openPlainUi} from '../../src/plain/open.ts';
import {at, story} from '../tui/sample-run.ts';
import {detected, forwards, home, plan, portTaken, questions} from '../tui/samples.ts';

type Setting = {readonly yes?: boolean; readonly interactive?: boolean; readonly input?: string};

function open({yes = false, interactive = false, input = ''}: Setting) {
  const streams = {stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough()};
  streams.stdin.end(input);
  const ui = openPlainUi({...streams, yes, interactive});
  const printed = async () => {
    streams.stdout.end();
    streams.stderr.end();
    return {stdout: await text(streams.stdout), stderr: await text(streams.stderr)};
  };
  return {ui, printed};
}

const noMap = () => ({boxes: [], links: []});
const save = async () => 'Saved to meet.yaml.';

async function* each<T>(items: readonly T[]) {
  yield* items;
}

describe('the plain Ui', () => {
  test('says in its first line that it is the plain one', async () => {
    const {printed} = open({});
    expect((await printed()).stdout.split('\n')[0]).toContain('plain mode');
  });

  test('reads no answers without a terminal', async () => {
    const {ui} = open({input: 'meet.example.org\na@example.org\nno\napply\n'});
    expect(await ui.ask(questions, noMap)).toBeUndefined();
    expect(await ui.review(plan, {save})).toBe('quit');
  });

  test('asks in a terminal', async () => {
    const {ui} = open({interactive: true, input: 'meet.example.org\na@example.org\nno\n'});
    expect(await ui.ask(questions, noMap)).toMatchObject({domain: 'meet.example.org', 'turn.enabled': 'false'});
  });

  test.each([
    ['apply\n', 'apply'],
    ['what?\nchange\n', 'change'],
    ['diff\nquit\n', 'quit'],
    ['', 'quit'],
  ] as const)('a review answered with %j ends as %s', async (input, decision) => {
    const {ui} = open({interactive: true, input});
    expect(await ui.review(plan, {save})).toBe(decision);
  });

  test.each([
    ['undo\n', 'undo'],
    ['what?\nagain\n', 'again'],
    ['q\n', 'leave'],
    ['', 'leave'],
  ] as const)('after a run that failed, %j means %s', async (input, choice) => {
    const {ui, printed} = open({interactive: true, input});
    expect(await ui.recover(['again', 'leave', 'undo'])).toBe(choice);
    expect((await printed()).stdout).toMatch(/Undo shows a plan first.*\nagain, leave, undo: /);
  });

  test.each([
    [{...home, hasNoRun: true}, false],
    [home, true],
  ])('offers the log of the last run where one is known', async (shown, isOffered) => {
    const {ui, printed} = open({interactive: true, input: 'quit\n'});
    await ui.home(shown);
    expect((await printed()).stdout.includes('log (of the last run)')).toBe(isOffered);
  });

  test('does not ask about a failed run without a terminal', async () => {
    expect(await open({input: 'undo\n'}).ui.recover(['again', 'leave', 'undo'])).toBe('leave');
    expect(await open({yes: true, interactive: true, input: 'undo\n'}).ui.recover(['undo'])).toBe('leave');
  });

  test('has no settings to change or save on the way back', async () => {
    const {ui, printed} = open({interactive: true, input: 'change\nsave\nquit\n'});
    expect(await ui.review(plan)).toBe('quit');
    expect((await printed()).stdout.match(/Please type one of these words/g)).toHaveLength(2);
  });

  test('takes the consent given beforehand, after showing the plan', async () => {
    const {ui, printed} = open({yes: true});
    expect(await ui.review(plan, {save})).toBe('apply');
    expect((await printed()).stdout).toContain('21 changes');
  });

  test('applies no plan with a problem, even with a consent given beforehand', async () => {
    const {ui, printed} = open({yes: true});
    expect(await ui.review({...plan, problems: [portTaken]}, {save})).toBe('quit');
    expect((await printed()).stdout).toContain('systemctl disable --now apache2');
  });

  test('prints problems to standard error', async () => {
    const {ui, printed} = open({});
    await ui.showProblems([portTaken]);
    const {stdout, stderr} = await printed();
    expect(stderr).toMatch(/^Problem \(port-taken\): Port 443 is taken/);
    expect(stdout).not.toContain('443');
  });

  test('follows a run and reports it', async () => {
    const {ui, printed} = open({});
    await ui.look(each(detected));
    const controls = {stop: vi.fn(), leave: vi.fn()};
    const run = await ui.watch(each(story.map(([ms, body]) => at(ms, body))), controls);
    await ui.report({
      run,
      address: 'https://meet.example.org/',
      journal: '/journal',
      forwards,
      next: ['Forward port 80.'],
    });
    await ui.close();
    expect(run.outcome).toBe('failed');
    const {stdout} = await printed();
    expect(stdout).toContain('NAT  yes: a router stands between');
    expect(stdout).toContain('FAILED  Certificate for meet.example.org');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Everything that was done is in /journal');
    expect(stdout).not.toContain('\x1b');
  });

  test('asks a run to stop at the first Ctrl-C, and only stops watching it at the second', async () => {
    const {ui, printed} = open({});
    const ended = Promise.withResolvers<void>();
    const controls = {stop: vi.fn(), leave: vi.fn(ended.resolve)};
    const before = process.listenerCount('SIGINT');
    const watching = ui.watch(silence(ended.promise), controls);
    process.emit('SIGINT');
    expect([controls.stop.mock.calls.length, controls.leave.mock.calls.length]).toEqual([1, 0]);
    process.emit('SIGINT');
    expect([controls.stop.mock.calls.length, controls.leave.mock.calls.length]).toEqual([1, 1]);
    expect((await watching).outcome).toBeUndefined();
    expect(process.listenerCount('SIGINT')).toBe(before);
    expect((await printed()).stdout).toContain('Come back with: sudo jitsi-onebox attach');
  });
});

// biome-ignore lint/correctness/useYield: a run of which nothing is heard.
async function* silence(end: Promise<void>): AsyncGenerator<never> {
  await end;
}
