import {describe, expect, test} from 'vitest';
import {completeSettings, listSettings} from '../../../src/model/settings/complete.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {complete, gather, minimal} from './settings-file.ts';

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

test('required settings may be missing for a look around', () => {
  expect(completeSettings(gather('turn: {enabled: true}'), {allowMissing: true})).toMatchObject({
    turn: {enabled: true},
    detection: {stun: expect.arrayContaining(['stun.cloudflare.com:3478'])},
  });
  expect(() => completeSettings(gather('domain: x'), {allowMissing: true})).toThrow(/only one word/);
});
