import {describe, expect, test} from 'vitest';
import type {EventBody, PlannedStep, StepOutcome} from '../../src/model/event.ts';
import {outcomeWords} from '../../src/model/words.ts';
import {narrateEvent, narrateSilence, noNarration} from '../../src/plain/narrator.ts';
import {at, story} from '../tui/sample-run.ts';

const start = Date.parse('2026-11-22T08:30:00.000Z');

function tellAll(events: readonly (readonly [ms: number, EventBody])[]) {
  let narration = noNarration;
  const lines = events.flatMap(([ms, body]) => {
    const told = narrateEvent(narration, at(ms, body));
    narration = told.narration;
    return told.lines;
  });
  return {narration, lines};
}

describe('a run in lines', () => {
  test('is described from its start to its end', () => {
    expect(tellAll(story).lines).toMatchInlineSnapshot(`
      [
        "   0:00  apply, run 20261122T083000Z",
        "   0:00  6 steps, 3 already right",
        "   0:00  start   Packages nginx, haproxy and certbot",
        "   0:00  start   Image ghcr.io/jitsi/web:stable-11248",
        "   0:00  start   Image ghcr.io/jitsi/jvb:stable-11248",
        "   0:00  wait    Certificate for meet.example.org, waiting for: apt-get (pid 812)",
        "   0:00  ...     Image ghcr.io/jitsi/web:stable-11248: 0 B of 96.0 MB",
        "   0:00  ...     Image ghcr.io/jitsi/jvb:stable-11248: 30.0 MB",
        "   0:01  done    Image ghcr.io/jitsi/web:stable-11248 (1.7 s)",
        "   0:01  done    Packages nginx, haproxy and certbot (1.9 s)",
        "   0:01  start   Certificate for meet.example.org",
        "   0:02  done with a warning: Image ghcr.io/jitsi/jvb:stable-11248 (2.3 s)",
        "   0:02  FAILED  Certificate for meet.example.org (0.6 s)",
        "   0:02          The authority could not reach http://meet.example.org/ on port 80.",
        "   0:02          What to do: Forward port 80 of the router to 10.20.0.10 and run jitsi-onebox again.",
        "   0:02  start   nginx site of meet.example.org",
        "   0:02  done    nginx site of meet.example.org (0.0 s)",
        "   0:02  skipped nginx runs with the new site: it needs "Certificate for meet.example.org"",
        "   0:02  check   ok: The page of the meetings answers.",
        "   0:03  check   failed: The certificate is a stand-in that browsers do not trust.",
        "   0:03          What to do: See what the failed step says.",
        "   0:03  failed: 3 done, 1 done with a warning, 1 failed, 1 skipped, 3.1 s",
      ]
    `);
  });

  test('shows the progress of a step every two seconds at most', () => {
    const pull = Array.from({length: 100}, (_, part): readonly [number, EventBody] => [
      100 + part * 100,
      {type: 'step-progress', step: 'image:web', done: part, total: 100, unit: 'bytes'},
    ]);
    const {lines} = tellAll([...story.slice(0, 4), ...pull]);
    expect(lines.filter(line => line.includes('100 B')).length).toBe(5);
  });

  test('names each outcome as screens do, and a failure in capitals', () => {
    const outcomes = Object.keys(outcomeWords) as StepOutcome[];
    const ends = outcomes.map((outcome): readonly [number, EventBody] => [
      0,
      {type: 'step-finished', step: 'apt:web', outcome, ms: 0},
    ]);
    const words = tellAll(ends).lines.map(line => /^.{9}(.*?):? +apt:web/.exec(line)?.[1]);
    expect(words).toEqual(outcomes.map(outcome => (outcome === 'failed' ? 'FAILED' : outcomeWords[outcome])));
  });

  test('does not repeat the output of a step', () => {
    const output: EventBody = {type: 'step-output', step: 'apt:web', stream: 'stdout', line: 'Unpacking'};
    expect(tellAll([...story.slice(0, 3), [20, output], [30, output]]).lines.join('\n')).not.toContain('Unpacking');
  });
});

describe('silence', () => {
  const running = tellAll(story.slice(0, 3)).narration;

  test('is broken before five seconds are over', () => {
    expect(narrateSilence(running, start + 4000).lines).toEqual([]);
    const told = narrateSilence(running, start + 4900);
    expect(told.lines).toEqual(['   0:04  ...     Packages nginx, haproxy and certbot (0:04)']);
    expect(narrateSilence(told.narration, start + 5000).lines).toEqual([]);
  });

  test('is broken with the newest output', () => {
    const output: EventBody = {type: 'step-output', step: 'apt:web', stream: 'stdout', line: 'Unpacking nginx'};
    const told = narrateEvent(running, at(100, output)).narration;
    expect(narrateSilence(told, start + 6000).lines[0]).toContain('(0:05): Unpacking nginx');
  });

  test('is broken with the reason for which all remaining steps wait, said once', () => {
    const steps = ['container:web', 'container:jicofo'].map(
      (id): PlannedStep => ({
        ...{id, title: id, place: 'web', kind: 'compose-service', change: 'update', needs: [], locks: []},
      }),
    );
    const wait = (step: string): EventBody => ({
      ...{type: 'step-waiting', step, lock: 'meetings', holder: 'the meeting of 2 participants'},
    });
    const {narration} = tellAll([
      [0, {type: 'plan-made', steps, unchanged: 0}],
      [10, wait('container:web')],
      [20, wait('container:jicofo')],
    ]);
    expect(narrateSilence(narration, start + 4900).lines).toEqual([
      '   0:00  ...     waiting for: the meeting of 2 participants',
    ]);
  });

  test('is broken with the checks that are running, by their titles', () => {
    const started: EventBody = {type: 'check-started', check: 'meet-certificate'};
    expect(narrateSilence(tellAll([[0, started]]).narration, start + 4900).lines).toEqual([
      '   0:00  ...     checking: Certificate of the meeting domain',
    ]);
  });

  test('is broken with the parts that checks wait for, after they were named once', () => {
    const summary = 'Guest login: waiting for Prosody (started at 07:51:02 UTC, not healthy yet).';
    const starting = [{part: 'prosody', since: '2026-11-29T07:51:02.000Z', state: 'not healthy yet'}] as const;
    const wait: EventBody = {type: 'check-waiting', check: 'xmpp-login', place: 'prosody', summary, starting};
    const {narration, lines} = tellAll([[0, wait]]);
    expect(lines).toEqual([`   0:00  check   starting: ${summary}`]);
    expect(narrateSilence(narration, start + 4900).lines).toEqual([`   0:00  ...     ${summary}`]);
  });

  test('is kept when nothing runs', () => {
    expect(narrateSilence(noNarration, start + 60_000).lines).toEqual([]);
  });
});
