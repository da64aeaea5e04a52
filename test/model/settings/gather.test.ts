import {describe, expect, test} from 'vitest';
import {completeSettings, listSettings} from '../../../src/model/settings/complete.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import type {Settings} from '../../../src/model/settings/schema.ts';

const minimal = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {domain: turn.example.org}\n';

function gather(text: string, flags: readonly string[] = []) {
  return gatherSettings({file: {name: 'my.yaml', text}, flags});
}

function complete(text: string, flags: readonly string[] = []): Settings {
  return completeSettings(gather(text, flags));
}

function listFaults(text: string, flags: readonly string[] = []) {
  return gather(text, flags).faults.map(({key, source, line, reason}) => ({key, source, line, reason}));
}

describe('a settings file', () => {
  test('is filled up with defaults', () => {
    expect(complete(minimal)).toEqual({
      domain: 'meet.example.org',
      contact: 'admin@example.org',
      accepted: [],
      kept: [],
      branding: {},
      extras: {whiteboard: false, etherpad: false},
      turn: {enabled: true, domain: 'turn.example.org'},
      rooms: 'anyone',
      lobby: true,
      prejoin: true,
      'welcome-page': true,
      access: {kind: 'accounts', id: 'jitsi', secret: 'generated', issuers: ['jitsi'], audience: ['jitsi']},
      timezone: 'auto',
      address: {public: 'auto', local: 'auto', changes: 'off', 'wait-for-idle': '3m'},
      'dynamic-dns': {kind: 'off', names: []},
      ports: {web: 8289, https: 4443, mmproxy: 4444, media: 10_000, stun: 3478, turns: 5349},
      updates: {mode: 'notify', source: 'upstream', program: false, at: '03:30', 'wait-for-idle': '6h', tag: 'follow'},
      backup: {
        at: 'off',
        keep: 7,
        directory: '/var/backups/jitsi-onebox',
        'passphrase-file': '/root/jitsi-onebox-passphrase',
      },
      watch: {mode: 'off', interval: '1h'},
      metrics: {enabled: false, allow: ['127.0.0.1'], port: 9812},
      notify: {'mail.to': [], 'smtp.port': 587, 'smtp.tls': 'starttls'},
      router: {forward: false},
      images: {
        repository: 'ghcr.io/jitsi',
        tag: 'stable-11248',
        coturn: 'ghcr.io/coturn/coturn:4.17.0-r0',
        whiteboard: 'jitsi/excalidraw-backend:2026.3.0',
        etherpad: 'ghcr.io/ether/etherpad:3.3.1',
      },
      limits: {allocations: 'auto', connections: 'auto'},
      memory: {videobridge: 'auto', jicofo: 'auto'},
      acme: {account: 'auto', directory: 'https://acme-v02.api.letsencrypt.org/directory', rehearse: false},
      detection: {
        stun: ['meet-jit-si-turnrelay.jitsi.net:443', 'stun.l.google.com:19302', 'stun.cloudflare.com:3478'],
        resolvers: ['https://cloudflare-dns.com/dns-query', 'https://dns.google/resolve'],
      },
      stack: {directory: '/srv/jitsi', subnet: 'auto'},
    });
  });

  test.each([
    ['images: {tag: 4.10}', 'images.tag', '4.10'],
    ['images: {tag: no}', 'images.tag', 'no'],
    ['images: {tag: 0x10}', 'images.tag', '0x10'],
    ['images: {tag: 2026-01-01}', 'images.tag', '2026-01-01'],
    ["ports: {web: '8000'}", 'ports.web', 8000],
    ['detection: {stun: a.example:1}', 'detection.stun', ['a.example:1']],
  ])('%s means what it looks like', (line, key, value) => {
    const [group = '', name = ''] = key.split('.');
    expect(complete(`${minimal}${line}\n`)).toMatchObject({[group]: {[name]: value}});
  });

  test.each(['no', 'off', 'False', '"false"'])('%s switches the relay off, and no name is needed', word => {
    expect(complete(`domain: a.example\ncontact: a@b.example\nturn: {enabled: ${word}}`).turn).toEqual({
      enabled: false,
    });
  });

  test('counts a line without a value as no line', () => {
    expect(gather('domain: a.example\ncontact:\nturn:\nports: ~\n')).toMatchObject({
      faults: [],
      missing: ['contact', 'turn.domain'],
    });
  });
});

describe('sources', () => {
  const saved = {name: 'saved.yaml', text: `${minimal}ports:\n  web: 8001\n  https: 8002\n  mmproxy: 8003\n`};
  const file = {name: 'my.yaml', text: 'ports: {https: 9002, mmproxy: 9003}\n'};

  test('a flag overrides the file, the file the saved settings, and those the default', () => {
    const draft = gatherSettings({saved, file, flags: ['ports.mmproxy=1003']});
    expect(completeSettings(draft).ports).toMatchObject({web: 8001, https: 9002, mmproxy: 1003, turns: 5349});
    const listed = listSettings(draft, {'address.public': '198.51.100.1'});
    expect(
      ['ports.web', 'ports.https', 'ports.mmproxy', 'ports.turns', 'address.public'].map(key => listed[key]),
    ).toEqual([
      {value: 8001, from: 'saved', line: 5},
      {value: 9002, from: 'file', line: 1},
      {value: 1003, from: 'flag'},
      {value: 5349, from: 'default'},
      {value: '198.51.100.1', from: 'detected'},
    ]);
  });

  test('an answer overrides a flag', () => {
    const draft = gatherSettings({
      saved,
      flags: ['domain=b.example'],
      answers: {domain: ' c.example ', 'turn.enabled': 'false'},
    });
    expect(completeSettings(draft)).toMatchObject({domain: 'c.example', turn: {enabled: false}});
  });

  test('the later of two flags counts, and one flag can set a whole group', () => {
    expect(complete(minimal, ['turn={enabled: false}', 'domain=a.example', 'domain=b.example'])).toMatchObject({
      domain: 'b.example',
      turn: {enabled: false},
    });
  });

  test('a flag corrects a mistake in the file', () => {
    expect(complete(`${minimal}rooms: [x]\ntimezone: Nowhere\n`, ['rooms=anyone', 'timezone=UTC']).timezone).toBe(
      'UTC',
    );
  });
});

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
          '4 settings are not right:',
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

test('required settings may be missing for a look around', () => {
  expect(completeSettings(gather('turn: {enabled: true}'), {allowMissing: true})).toMatchObject({
    turn: {enabled: true},
    detection: {stun: expect.arrayContaining(['stun.cloudflare.com:3478'])},
  });
  expect(() => completeSettings(gather('domain: x'), {allowMissing: true})).toThrow(/only one word/);
});
