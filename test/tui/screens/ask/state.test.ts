import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Problem} from '../../../../src/model/problem.ts';
import type {Question} from '../../../../src/model/question.ts';
import {type KeyName, readStrokes, type Stroke} from '../../../../src/tui/keyboard.ts';
import {textOf} from '../../../../src/tui/line-editor.ts';
import {
  type AskState,
  answerItems,
  answersOf,
  currentQuestion,
  filledIn,
  lineIn,
  noteProbe,
  pressInAsk,
  startAsking,
} from '../../../../src/tui/screens/ask/state.ts';
import {questions} from '../../samples.ts';

const back: Stroke = {type: 'key', name: 'back-tab'};
const interrupt: Stroke = {type: 'key', name: 'interrupt'};

function press(state: AskState, ...strokes: readonly (Stroke | string)[]): AskState {
  const all = strokes.flatMap(stroke => (typeof stroke === 'string' ? readStrokes(stroke, {}) : [stroke]));
  return all.reduce((now, stroke) => pressInAsk(now, stroke, {columns: 78, rows: 22}), state);
}

function field(state: AskState): string {
  const question = currentQuestion(state);
  return question ? textOf(lineIn(state, question)) : '';
}

function sourceOf(state: AskState): string | undefined {
  const question = currentQuestion(state);
  return question && filledIn(state, question)?.source;
}

const leave: Stroke = {type: 'key', name: 'escape'};

describe('the wizard that was opened from home', () => {
  const start = startAsking(questions, true);

  test('returns there with Esc before the first question, and asks first if something was typed', () => {
    expect(press(start, leave).outcome).toBe('left');
    expect(press(start, 'x', leave)).toMatchObject({isLeaving: true});
    expect(press(startAsking(questions), leave).outcome).toBeUndefined();
  });
});

describe('the wizard', () => {
  const start = startAsking(questions);

  test('takes the answers in order', () => {
    const state = press(start, 'meet.example.org\r', 'a@example.org\r', '\r', '\r');
    expect(state.outcome).toBe('answered');
    expect(answersOf(state)).toEqual({
      domain: 'meet.example.org',
      contact: 'a@example.org',
      'turn.enabled': 'true',
      'turn.domain': 'turn.example.org',
    });
  });

  test('does not ask what the answers make needless, and does not answer it either', () => {
    const state = press(start, 'meet.example.org\r', 'a@example.org\r', 'n\r');
    expect(state.outcome).toBe('answered');
    expect(Object.keys(answersOf(state))).toEqual(['domain', 'contact', 'turn.enabled']);
  });

  test('stays at a wrong value, and takes the complaint away with the next letter only', () => {
    const wrong = press(start, 'meet\r');
    expect(wrong.at).toBe('domain');
    expect(wrong.fault?.code).toBe('bad-settings');
    expect(press(wrong, {type: 'key', name: 'left'}).fault?.code).toBe('bad-settings');
    expect(press(wrong, 'x').fault).toBeUndefined();
  });

  test('goes back past a wrong value and keeps it', () => {
    const state = press(start, 'meet.example.org\r', 'nobody\r', back);
    expect(state.at).toBe('domain');
    expect(state.fault).toBeUndefined();
    expect(field(press(state, '\r'))).toBe('nobody');
  });

  test('has nothing before the first question', () => {
    expect(press(start, back).at).toBe('domain');
  });

  test('suggests from the answers so far, until the user types', () => {
    const asked = press(start, 'meet.example.org\r', 'a@example.org\r', '\r');
    expect(field(asked)).toBe('turn.example.org');
    const changed = press(asked, back, back, back, '\x15meet.example.net\r', '\r', '\r');
    expect(field(changed)).toBe('turn.example.net');
    expect(sourceOf(changed)).toBe('made from the other domain');
    expect(sourceOf(press(changed, 'x'))).toBeUndefined();
  });

  test.each<[string, readonly (Stroke | string)[], string]>([
    ['a letter replaces it', ['relay'], 'relay'],
    ['a paste replaces it', [{type: 'paste', text: 'relay.example.org'}], 'relay.example.org'],
    ['an arrow begins to edit it', [{type: 'key', name: 'left'}, 'x'], 'turn.example.orxg'],
    ['Home begins to edit it', [{type: 'key', name: 'home'}, 're'], 'return.example.org'],
    ['End begins to edit it', [{type: 'key', name: 'end'}, '.uk'], 'turn.example.org.uk'],
    ['Backspace begins to edit it', [{type: 'key', name: 'backspace'}, 'x'], 'turn.example.orx'],
  ])('a suggestion stays until the first key: %s', (_what, strokes, expected) => {
    const asked = press(start, 'meet.example.org\r', 'a@example.org\r', '\r');
    expect(field(press(asked, ...strokes))).toBe(expected);
  });

  test('trims what was typed', () => {
    expect(answersOf(press(start, ' meet.example.org \r'))).toEqual({domain: 'meet.example.org'});
  });

  test.each([
    ['y', 'true'],
    ['n', 'false'],
    [' ', 'false'],
    ['  ', 'true'],
    ['x', 'true'],
  ])('answers yes or no by %j', (keys, expected) => {
    expect(field(press(start, 'meet.example.org\r', 'a@example.org\r', keys))).toBe(expected);
  });

  test('leaves only at the second request', () => {
    expect(press(start, interrupt).outcome).toBeUndefined();
    expect(press(start, interrupt, '\r', 'm').isLeaving).toBe(false);
    expect(field(press(start, interrupt, '\r', 'm'))).toBe('m');
    expect(press(start, interrupt, 'y').outcome).toBe('left');
    expect(press(start, interrupt, interrupt).outcome).toBe('left');
  });

  test('is over at once where nothing is to be asked', () => {
    expect(startAsking([]).outcome).toBe('answered');
  });

  test('going back and forth never loses a letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,12}$/), fc.nat(6), (word, times) => {
        const domain = `${word}.example.org`;
        let state = press(start, `${domain}\r`);
        for (let time = 0; time < times; time++) state = press(state, word, back, '\r');
        expect(answersOf(state)).toEqual({domain});
        expect(field(state)).toBe(word.repeat(times));
      }),
    );
  });
});

describe('the list of all answers', () => {
  const port: Question = {
    key: 'ports.web',
    title: 'Port',
    group: 'Ports',
    help: '',
    initial: {value: '8289', source: 'default'},
    kind: {type: 'text', placeholder: ''},
    check: value =>
      /^\d+$/.test(value) ? undefined : new Problem({code: 'bad-settings', summary: 'No number.', remedy: 'Type one.'}),
  };
  const other: Question = {...port, key: 'ports.https', initial: {value: '', source: 'default'}};
  const asked = startAsking([...questions, port, other]);
  const atList = press(asked, 'meet.example.org\r', 'a@example.org\r', '\r', '\r');
  const list = (...keys: readonly KeyName[]) => keys.map((name): Stroke => ({type: 'key', name}));

  test('follows the required answers, and the next Enter continues', () => {
    expect(atList).toMatchObject({at: undefined, list: {cursor: 0}});
    expect(answerItems(atList).map(({row}) => row.type)).toEqual([
      'go',
      'question',
      'question',
      'question',
      'question',
      'group',
    ]);
    expect(answersOf(press(atList, '\r'))).not.toHaveProperty(['ports.web']);
    expect(press(atList, '\r').outcome).toBe('answered');
  });

  test('opens any question, and returns', () => {
    const visiting = press(atList, ...list('down', 'down', 'enter'));
    expect(visiting.at).toBe('contact');
    expect(press(visiting, '\r')).toMatchObject({at: undefined, list: {cursor: 2}});
    expect(press(visiting, back)).toMatchObject({at: undefined, list: {cursor: 2}});
  });

  test('walks through a group, whose changed fields alone are answers', () => {
    const inGroup = press(atList, ...list('end', 'enter'));
    expect(inGroup.at).toBe('ports.web');
    const changed = press(inGroup, {type: 'key', name: 'kill-before'}, '9000\r');
    expect(changed.at).toBe('ports.https');
    // An empty field that was empty before is no fault.
    const through = press(changed, '\r');
    expect(through).toMatchObject({at: undefined, list: {cursor: 5}});
    expect(answersOf(press(through, ...list('home', 'enter')))).toMatchObject({'ports.web': '9000'});
    expect(answersOf(through)).not.toHaveProperty(['ports.https']);
  });

  test('is a key away, and accepts no missing answer', () => {
    const early = press(asked, {type: 'key', name: 'overview'});
    expect(early.at).toBeUndefined();
    expect(press(early, '\r')).toMatchObject({at: 'domain', fault: expect.anything(), isVisiting: true});
  });

  test('is the first screen for a user who has answered everything before', () => {
    const known = questions.map(question => ({...question, initial: {value: 'meet.example.org', source: 'saved'}}));
    expect(startAsking([...known, port]).at).toBeUndefined();
    expect(startAsking(known).at).toBe('domain');
  });
});

test('a probe belongs to the value that was probed', () => {
  const state = noteProbe(startAsking(questions), 'domain', {
    value: 'a.example',
    probed: {isGood: true, text: 'Fine.'},
  });
  expect(state.probes.domain?.probed?.text).toBe('Fine.');
});
