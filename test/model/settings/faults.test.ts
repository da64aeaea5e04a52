import {describe, expect, test} from 'vitest';
import {complete, gather, listFaults, minimal} from './settings-file.ts';

describe('faults', () => {
  test('are all reported at once, with their lines, and nothing is thrown before', () => {
    const text = 'domain: meet\ncontact: admin\nturn:\n  domain: 1.2.3.4\n  port: 1\nports:\n  web: 443\n  stun: x\n';
    expect(listFaults(text)).toEqual([
      {key: 'domain', source: 'my.yaml', line: 1, reason: expect.stringContaining('only one word')},
      {key: 'contact', source: 'my.yaml', line: 2, reason: expect.stringContaining('not an e-mail')},
      {key: 'turn.domain', source: 'my.yaml', line: 4, reason: expect.stringContaining('is an address')},
      {key: 'turn.port', source: 'my.yaml', line: 5, reason: 'is not a setting'},
      {key: 'ports.web', source: 'my.yaml', line: 7, reason: 'is already the port of HAProxy'},
      {key: 'ports.stun', source: 'my.yaml', line: 8, reason: expect.stringContaining('is not a port')},
    ]);
  });

  test('fill one Problem with values, places and remedies', () => {
    expect(() => complete('domain: meet\nweb: 1\n', ['contact=x'])).toThrow(
      expect.objectContaining({
        code: 'bad-settings',
        summary: [
          '4 settings are not valid:',
          '  my.yaml:1: domain "meet" is only one word; the full name with its domain is needed. Type for example meet.example.org.',
          '  my.yaml:2: web is not a setting. Did you mean ports.web?',
          '  --set: contact "x" is not an e-mail address: there is nothing before an @. Type for example admin@example.org.',
          '  turn.domain is missing. Add it to the settings file or type --set turn.domain=turn.example.org, or do without the relay: --set turn.enabled=false.',
        ].join('\n'),
      }),
    );
  });

  test.each([
    [
      ['ports.web=4443'],
      'ports.web',
      'is already the port of ports.https',
      'Choose another, or change ports.https too.',
    ],
    [['ports.web=5000', 'ports.https=5000'], 'ports.https', 'is already the port of ports.web', 'Type for example'],
    [
      ['branding.title=Meet: us'],
      'branding.title',
      'is a list or a group',
      `Quote it: --set 'branding.title="Meet: us"'.`,
    ],
    [['branding.title=[a]'], 'branding.title', 'is a list or a group', 'Type for example'],
  ])('of %j blame what the user gave, and say what to type', (flags, key, reason, remedy) => {
    const {faults} = gather(minimal, flags);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      ...{key, from: 'flag', reason: expect.stringContaining(reason), remedy: expect.stringContaining(remedy)},
    });
  });

  test('of a tab advise spaces', () => {
    expect(gather('turn:\n\tdomain: turn.example.org\n').faults[0]?.remedy).toBe('Indent with spaces.');
  });

  test('in a list name the item', () => {
    const [fault] = gather(`${minimal}detection:\n  stun:\n    - a.example:1\n    - b\n`).faults;
    expect(fault).toMatchObject({key: 'detection.stun', line: 7, value: 'b'});
  });

  test.each([
    ['domain: a.example\ndomain: b.example\n', {key: 'domain', line: 2, reason: 'is here a second time'}],
    ['turn.domain: a.example\n', {key: 'turn.domain', line: 1, reason: 'is how --set names a setting'}],
    ['ports: 80\n', {key: 'ports', line: 1, reason: 'is a group of settings'}],
    ['ports: [80]\n', {key: 'ports', line: 1, reason: 'is a group of settings'}],
    ['- domain\n', {key: '', line: 1, reason: 'is not what settings look like'}],
    ['domain\n', {key: '', line: 1, reason: 'is not what settings look like'}],
    ['domain: "a\n', {key: '', line: 2, reason: expect.stringContaining('is not YAML')}],
    ['domain: a: b\n', {key: '', line: 1, reason: expect.stringContaining('is not YAML')}],
    ['domain: a.example\n---\ndomain: b.example\n', {key: '', line: 2, reason: expect.stringContaining('is not YAML')}],
    [
      'domain: &a a.example\ncontact: *a\n',
      {key: 'contact', line: 2, reason: expect.stringContaining('refers to another')},
    ],
    ['domain: !!str a.example\n', {key: 'domain', line: 1, reason: expect.stringContaining('YAML tag')}],
    ['domain: {a: b}\n', {key: 'domain', line: 1, reason: expect.stringContaining('a single value')}],
    ['<<: {domain: a.example}\n', {key: '<<', line: 1, reason: 'is not a setting'}],
    ['__proto__: {x: 1}\n', {key: '__proto__', line: 1, reason: 'is not a setting'}],
    ['? [a]\n: b\n', {key: '[a]', line: 1, reason: 'is not a setting'}],
    [`domain: ${'a'.repeat(70_000)}\n`, {key: '', reason: 'is too large for a settings file'}],
  ])('%j', (text, fault) => {
    expect(listFaults(text)).toContainEqual({line: undefined, source: 'my.yaml', ...fault});
  });

  test.each(['['.repeat(60_000), '{a: '.repeat(15_000)])('include a text that nests without end', text => {
    expect(listFaults(text)[0]?.reason).toMatch(/^is not YAML/);
  });

  test('aliases that would unfold without end are not unfolded', () => {
    const lines = [
      'a: &a [x]',
      ...[...'bcdefghijklm'].map((name, index) => `${name}: &${name} [${`*${'abcdefghijkl'[index]},`.repeat(9)}]`),
    ];
    expect(listFaults(`${lines.join('\n')}\ndetection: {stun: *m}\n`)).toContainEqual(
      expect.objectContaining({key: 'detection.stun', reason: expect.stringContaining('refers to another')}),
    );
  });

  test.each([
    ['domain', /has no key and value/],
    ['=x', /has no key and value/],
    ['domain=', /has no value/],
    ['domain=[', /is not YAML/],
    ['domian=a.example', /is not a setting/],
    ['domain.x=a.example', /is not a setting/],
    ['turn=x', /is a group/],
    ['timezone=[a]', /a single value/],
  ])('--set %s', (flag, reason) => {
    expect(listFaults(minimal, [flag])).toEqual([
      expect.objectContaining({source: '--set', line: undefined, reason: expect.stringMatching(reason)}),
    ]);
  });

  test('nothing is called missing if the file cannot be read', () => {
    expect(() => complete('domain: "a\n')).toThrow(
      expect.objectContaining({summary: expect.not.stringContaining('is missing')}),
    );
  });

  test('neither the length nor the characters of a value spoil the message', () => {
    expect(() => complete(`${minimal}timezone: "\\e[31m${'x'.repeat(5000)}"\n`)).toThrow(
      expect.objectContaining({summary: expect.stringMatching(/^[\n -~…]{1,400}$/)}),
    );
  });
});

describe('values that clash', () => {
  test('the relay needs a name of its own, however it is spelled', () => {
    expect(listFaults('domain: meet.example.org\ncontact: a@b.example\nturn: {domain: MEET.example.org}\n')).toEqual([
      {
        key: 'turn.domain',
        source: 'my.yaml',
        line: 3,
        reason: expect.stringContaining('is the domain of the meetings'),
      },
    ]);
  });

  test.each(['web: 4443', 'https: 80', 'mmproxy: 443', 'media: 3478'])('ports: {%s}', line => {
    expect(listFaults(`${minimal}ports: {${line}}\n`)).toHaveLength(1);
  });

  test('the same number in both protocols is fine', () => {
    expect(complete(`${minimal}ports: {turns: 3478, media: 443}\n`).ports).toMatchObject({turns: 3478, media: 443});
  });
});
