import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import type {Sources} from '../../../src/model/settings/draft.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {type Kind, keys} from '../../../src/model/settings/keys.ts';
import type {RawValue} from '../../../src/model/settings/schema.ts';
import {listValues, putValues, writeSettings} from '../../../src/model/settings/write.ts';

const commented = `# mine
domain:   meet.example.org    # the name
contact: 'admin@example.org'

turn:
    # the relay
    domain: turn.example.org   # here
    # end of turn

# ports follow
ports: {web: 8000, media:  10001}
timezone:
# last
`;

const write = (sources: Sources) => writeSettings(gatherSettings(sources));
const saved = {name: 'settings.yaml', text: commented};

describe('the text to save', () => {
  test('is the very same while nothing differs', () => {
    expect(write({saved})).toBe(commented);
    expect(
      write({saved, flags: ['domain=meet.example.org', 'ports.web=8000'], answers: {contact: 'admin@example.org'}}),
    ).toBe(commented);
    expect(write({file: saved})).toBe(commented);
    const odd = 'domain: "a.example" \r\n\r\n\r\n#x\r\nturn:    {enabled:   no}';
    expect(write({saved: {name: 'settings.yaml', text: odd}, flags: ['turn.enabled=false']})).toBe(odd);
  });

  test('has no line for the answer that is the default anyway', () => {
    expect(write({saved, answers: {'turn.enabled': 'true', rooms: 'anyone'}})).toBe(commented);
    expect(write({saved, answers: {'turn.enabled': 'false'}})).toContain('enabled: false');
    expect(write({saved, flags: ['turn.enabled=true']})).toContain('enabled: true');
  });

  test('keeps every comment and every value that no other source gives', () => {
    const flags = [
      'contact=b@example.org',
      'ports.media=1',
      'timezone=UTC',
      'turn.enabled=true',
      'ports.stun=2',
      'address.public=198.51.100.1',
      'rooms=anyone',
    ];
    expect(write({saved, flags, answers: {domain: 'x.example'}})).toBe(`# mine
domain: x.example # the name
contact: 'b@example.org'

turn:
  # the relay
  domain: turn.example.org # here
  enabled: true
  # end of turn

  # ports follow
ports: {web: 8000, media: 1, stun: 2}
timezone: UTC # last
rooms: anyone
address:
  public: 198.51.100.1
`);
  });

  test('is at first the given file with flags and answers, later the saved file with the given one put in', () => {
    const file = {name: 'my.yaml', text: 'domain: b.example # new\n'};
    expect(write({file, flags: ['contact=a@b.example']})).toBe('domain: b.example # new\ncontact: a@b.example\n');
    expect(write({saved: {name: 'settings.yaml', text: 'domain: a.example # old\n'}, file})).toBe(
      'domain: b.example # old\n',
    );
  });

  test('without any file begins with an explanation', () => {
    expect(write({answers: {domain: 'a.example', contact: 'a@b.example', 'turn.enabled': 'false'}})).toMatch(
      /^# .*\n# .*\n\ndomain: a\.example\ncontact: a@b\.example\nturn:\n {2}enabled: false\n$/,
    );
  });

  test('is refused for a file that is not YAML', () => {
    expect(() => write({saved: {name: 'settings.yaml', text: 'domain: "a\n'}, flags: ['rooms=anyone']})).toThrow(
      /is not YAML/,
    );
  });

  test('keeps line ends of another kind', () => {
    const text = 'domain: a.example\r\nturn:\r\n  enabled: true\r\n';
    expect(write({saved: {name: 'settings.yaml', text}, flags: ['turn.domain=b.example', 'rooms=anyone']})).toBe(
      'domain: a.example\r\nturn:\r\n  enabled: true\r\n  domain: b.example\r\nrooms: anyone\r\n',
    );
  });
});

const shapes = [
  '',
  '# only a comment',
  '{}',
  '{domain: a.example}',
  'turn:\n',
  'turn: ~\n',
  'turn: {}\n',
  '---\nrooms: anyone\n...\n',
  '  turn:\n    enabled: true',
  'turn: {enabled: true} # x\n',
  'domain: >-\n  a.example\n',
  'detection:\n  stun:\n    - a.example:1 # one\n    - b.example:2\nrooms: anyone\n',
  'detection: {stun: [a.example:1]}\n',
  'domain:\n  a.example\nturn:\n  domain:\n',
  '"domain": a.example\n? turn\n: domain: b.example\n',
  '\ufeffdomain: a.example\n',
  commented,
];

const values: Readonly<Record<Kind, readonly RawValue[]>> = {
  text: ['a.example', '4.10', 'no', `it's #1: {a}, [b] "c" \\`, '*x', '&x', '!x', ' x ', '- x', 'null', '字'],
  number: [1],
  toggle: [true, false],
  list: [['a.example:1', 'x, y'], ['{'], ['4.10', 'no']],
  texts: ['a: b', {en: `it's #1: {a}`, nl: 'no'}],
  groups: [{'a.example': {to: '127.0.0.1:80'}, 'b.example': {root: `/it's #1: {a}`, passthrough: 'no'}}],
};

const listComments = (text: string) => [...text.matchAll(/#[ \w]+$/gm)].map(([comment]) => comment).sort();

test.each(shapes)('a value put in is read back and all others stay, in a file of any form: %j', text => {
  for (const {key, kind} of keys.values())
    for (const value of values[kind]) {
      const edited = putValues(text, new Map([[key, value]]));
      expect(listValues(edited)).toEqual(listValues(text).set(key, value));
      // A comment on an item of a list belongs to the item.
      if (kind !== 'list') expect(listComments(edited)).toEqual(listComments(text));
      expect(() => parse(edited)).not.toThrow();
    }
});

test('a blank takes the place of a block', () => {
  const edited = putValues('domain: >-\n  a.example # one\n', new Map([['domain', ' ']]));
  expect(listValues(edited).get('domain')).toBe(' ');
});

test('values put in one after the other are all there in the end', () => {
  const setting = fc.tuple(
    fc.constantFrom('domain', 'contact', 'turn.domain', 'images.tag', 'stack.directory'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...shapes), fc.array(setting, {maxLength: 6}), (text, settings) => {
      const edited = settings.reduce((before, [key, value]) => putValues(before, new Map([[key, value]])), text);
      expect(Object.fromEntries(listValues(edited))).toMatchObject(Object.fromEntries(settings));
    }),
  );
});
