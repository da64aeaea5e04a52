import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {describe, expect, test} from 'vitest';
import type {Event} from '../../src/model/event.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {ProblemReport} from '../../src/model/problem.ts';
import type {DetectedFact, Report, Ui} from '../../src/model/ui.ts';
import {makeVisible, showVisibly} from '../../src/model/visible.ts';
import {openJsonUi} from '../../src/plain/json.ts';
import {openPlainUi} from '../../src/plain/open.ts';
import {at, story} from '../tui/sample-run.ts';
import {detected, plan, portTaken} from '../tui/samples.ts';

const controls = Array.from({length: 0xa0}, (_, code) => String.fromCharCode(code)).filter(
  character => /\p{Cc}/u.test(character) && !'\n\t'.includes(character),
);
const bidi = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];
const sequences = [
  '\x1b[2J',
  '\x1b[31m',
  '\x9b31m',
  '\x1b]0;pwn\x07',
  '\x1b]52;c;cHdu\x1b\\',
  '\x9d0;pwn\x9c',
  '\x1b_apc\x1b\\',
  '\x9fapc\x9c',
  '\x1bPdcs\x1b\\',
  '\x1b^pm\x1b\\',
  '\x1bXsos\x1b\\',
  '\x1b \x1b[0m [2J',
  'a\rb',
  'x\b\bY',
];

/** What no terminal may get from us, whoever wrote it. */
const dangerous = /[[\p{Cc}\p{Bidi_Control}]--[\n\t]]/v;

/** Puts hostile text behind every text of data that is shown. */
function poison<T>(value: T, evil: string): T {
  return JSON.parse(JSON.stringify(value), (key, item) =>
    typeof item === 'string' && shown.has(key) ? `${item}${evil}` : item,
  );
}

const shown = new Set([
  'text',
  'source',
  'title',
  'summary',
  'remedy',
  'why',
  'command',
  'line',
  'reason',
  'by',
  'cause',
]);

async function* each<T>(items: readonly T[]) {
  yield* items;
}

/** Sends hostile text through every door of a Ui: facts, plans, events of a run, problems. */
async function tellAll(ui: Ui, evil: string): Promise<void> {
  const events = story.map(([moment, body]): Event => poison(at(moment, body), evil));
  await ui.look(each<DetectedFact>(poison(detected, evil)));
  await ui.review(poison<Plan>(plan, evil));
  const run = await ui.watch(each(events), {stop: () => {}, leave: () => {}});
  await ui.report({
    run,
    address: `https://x${evil}`,
    journal: `/x${evil}`,
    forwards: [],
    next: [evil],
  } satisfies Report);
  await ui.showProblems([poison<ProblemReport>(portTaken, evil)]);
}

const evil = [...controls, ...bidi, ...sequences].join('-');

describe('m2: control characters and direction marks of foreign text', () => {
  test('are all known', () => {
    expect(controls).toHaveLength(63);
    for (const each of [...controls, ...bidi, ...sequences]) expect(makeVisible(each)).not.toMatch(dangerous);
    expect(makeVisible('a\n\tß – 漢\u{1f600}')).toBe('a\n\tß – 漢\u{1f600}');
  });

  test.each(['plain', 'json'] as const)('are visible in every text of the %s output', async kind => {
    const streams = {stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough()};
    const ui =
      kind === 'json' ? openJsonUi({...streams, yes: true}) : openPlainUi({...streams, yes: false, interactive: false});
    const printed = Promise.all([text(streams.stdout), text(streams.stderr)]);
    await tellAll(ui, evil);
    streams.stdout.end();
    streams.stderr.end();
    const all = (await printed).join('');
    expect(all).toContain('\\u001b');
    expect(all).not.toMatch(dangerous);
  });

  test('keep their meaning in JSON', () => {
    expect(JSON.parse(makeVisible(JSON.stringify({evil})))).toEqual({evil});
  });

  test('are visible in all that screens are given', async () => {
    const given: unknown[] = [];
    const streams = {stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough()};
    const ui = openPlainUi({...streams, yes: false, interactive: false});
    const drain = async <T>(items: AsyncIterable<T>) => {
      for await (const item of items) given.push(item);
    };
    const recording: Ui = {
      ...ui,
      look: drain,
      review: async shownPlan => {
        given.push(shownPlan);
        return 'quit';
      },
      watch: async events => {
        await drain(events);
        return ui.watch(each([]), {stop: () => {}, leave: () => {}});
      },
      report: async report => void given.push(report),
      showProblems: async problems => void given.push(problems),
    };
    await tellAll(showVisibly(recording), evil);
    const texts = JSON.stringify(given, (_, item) => (item instanceof Map ? [...item] : item));
    expect(texts).toContain('u001b');
    // JSON escapes C0 itself.
    expect(JSON.stringify(JSON.parse(texts))).not.toMatch(/[^\\]\\u00[01]|[[\p{Cc}\p{Bidi_Control}]--[\n\t]]/v);
  });
});
