import {describe, expect, test} from 'vitest';
import {known, unknown} from '../../../src/model/facts.ts';
import {isUntouched, type Question} from '../../../src/model/question.ts';
import type {Sources} from '../../../src/model/settings/draft.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {askAgain, askFor} from '../../../src/model/settings/questions.ts';

const minimal = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {domain: turn.example.org}\n';
const saved = {name: 'settings.yaml', text: minimal};
const undetected = {publicAddress: unknown('stun', 'no server answered')};

/** The keys of the required questions; optional ones are in groups. */
const needed = (questions: readonly Question[]) =>
  questions.filter(({group}) => group === undefined).map(({key}) => key);

function ask(sources: Sources, key: string) {
  const question = askAgain(gatherSettings(sources)).find(each => each.key === key);
  if (question === undefined) throw new Error(`nobody asks for ${key}`);
  return question;
}

describe('required questions', () => {
  test.each([
    ['everything at first', {}, ['domain', 'contact', 'turn.enabled', 'turn.domain']],
    ['nothing when the file says enough', {file: saved}, []],
    ['only the missing setting', {flags: ['domain=a.example', 'turn.enabled=false']}, ['contact']],
    [
      'the name of a relay that is wanted',
      {flags: ['domain=a.example', 'contact=a@b.example', 'turn.enabled=true']},
      ['turn.domain'],
    ],
    ['the wrong setting', {saved, flags: ['domain=a']}, ['domain']],
  ] satisfies [string, Sources, string[]][])('%s', (_, sources, expected) => {
    expect(needed(askFor(gatherSettings(sources)))).toEqual(expected);
  });

  test('include the public address if it was neither detected nor given', () => {
    expect(needed(askFor(gatherSettings({file: saved}), undetected))).toEqual(['address.public']);
    expect(askFor(gatherSettings({file: saved, flags: ['address.public=198.51.100.1']}), undetected)).toEqual([]);
    expect(needed(askFor(gatherSettings({file: saved, flags: ['address.public=auto']}), undetected))).toHaveLength(1);
  });

  test('do not ask a host with IPv6 only for the address of a router', () => {
    const interfaces = known([{name: 'eth0', addresses: ['2a02:db8:77::10']}], 'ip address');
    const facts = {...undetected, interfaces, localAddress: unknown('ip route', 'there is no default route')};
    const [question] = askFor(gatherSettings({file: saved}), facts);
    expect(question?.help).toBe(
      'This host has IPv6 only. Participants need a public IPv4 address: add one at your provider.',
    );
  });

  test('come again with known values and their origin', () => {
    const questions = askAgain(gatherSettings({saved, flags: ['domain=a.example']})).filter(({group}) => !group);
    expect(questions.map(({key, initial}) => [key, initial])).toEqual([
      ['domain', {value: 'a.example', source: 'flag'}],
      ['contact', {value: 'admin@example.org', source: 'saved'}],
      ['turn.enabled', {value: 'true', source: 'default'}],
      ['turn.domain', {value: 'turn.example.org', source: 'saved'}],
    ]);
  });
});

describe('optional questions', () => {
  test('follow the rest, in groups, and only if something is asked at all', () => {
    const groups = new Set(askFor(gatherSettings({})).map(({group}) => group));
    expect([...groups]).toEqual([
      undefined,
      'People',
      'Branding',
      'Extras',
      'Ports',
      'Memory',
      'Certificate authority',
      'Advanced',
    ]);
    expect(askFor(gatherSettings({file: saved}))).toEqual([]);
  });

  test('are filled in with the detected value and its source', () => {
    const facts = {publicAddress: known('198.51.100.1', 'two servers agree')};
    const question = askAgain(gatherSettings({saved}), facts).find(({key}) => key === 'address.public');
    expect(question?.initial).toEqual({value: '198.51.100.1', source: 'detected: two servers agree'});
    expect(isUntouched(question as Question, '198.51.100.1')).toBe(true);
    expect(isUntouched(question as Question, '198.51.100.2')).toBe(false);
  });

  test('are judged like any other setting', () => {
    expect(ask({saved}, 'ports.web').check('4443', {})?.summary).toMatch(/ports\.(https|web)/);
    expect(ask({saved}, 'ports.web').check('9000', {})).toBeUndefined();
  });
});

describe('the words', () => {
  test.each([
    [[], /Let's Encrypt \(acme-v02\.api\.letsencrypt\.org\).*terms/],
    [['acme.directory=https://acme.example/dir'], / acme\.example,.*terms/],
  ])('the contact step names the authority whose terms are accepted', (flags, words) => {
    expect(ask({flags}, 'contact').help).toMatch(words);
  });

  test('fit in three lines of a narrow terminal', () => {
    for (const {help} of askAgain(gatherSettings({}), undetected)) expect(help.length).toBeLessThan(76 * 3);
  });
});

describe('the name of the relay', () => {
  test.each([
    ['meet.example.org', 'turn.example.org'],
    ['Meet.Example.org', 'turn.Example.org'],
    ['example.org', 'turn.example.org'],
    ['rooms.example.co.uk', 'turn.rooms.example.co.uk'],
    ['', undefined],
  ])('for %j is suggested from the answers', (domain, value) => {
    expect(ask({}, 'turn.domain').suggest?.({domain})?.value).toBe(value);
  });

  test('is suggested from a domain that was not asked for', () => {
    expect(ask({flags: ['domain=meet.example.org']}, 'turn.domain').suggest?.({})?.value).toBe('turn.example.org');
  });

  test('is not asked for without a relay', () => {
    expect(ask({}, 'turn.domain').skip?.({'turn.enabled': 'false'})).toBe(true);
    expect(ask({}, 'turn.domain').skip?.({'turn.enabled': 'true'})).toBe(false);
    expect(ask({flags: ['turn.enabled=false']}, 'turn.domain').skip?.({})).toBe(true);
  });
});

describe('an answer', () => {
  test('that is right has no problem', () => {
    expect(ask({}, 'domain').check('Meet.Example.org', {})).toBeUndefined();
    expect(ask({}, 'turn.enabled').check('false', {})).toBeUndefined();
    expect(ask({}, 'turn.domain').check('turn.example.org', {domain: 'meet.example.org'})).toBeUndefined();
  });

  test.each([
    ['domain', '', /^This is empty\.$/],
    ['domain', 'meet', /only one word/],
    ['contact', 'me', /not an e-mail/],
    ['turn.enabled', 'perhaps', /neither true nor false/],
    ['turn.domain', 'meet.example.org', /is the domain of the meetings/],
  ])('to %s that is %j has one, which says what to type', (key, value, summary) => {
    const answers = {domain: 'meet.example.org', contact: 'a@b.example', 'turn.enabled': 'true'};
    const problem = ask({}, key).check(value, answers);
    expect(problem?.summary).toMatch(summary);
    expect(problem?.remedy).toMatch(/^Type for example/);
  });

  test('that clashes with a setting that is not asked again is refused at once', () => {
    const [domain] = askFor(gatherSettings({flags: ['turn.domain=turn.example.org', 'contact=a@b.example']}));
    expect(domain?.check('turn.example.org', {})?.summary).toMatch(
      /--set: turn\.domain "turn\.example\.org" is the domain of the meetings/,
    );
  });
});
