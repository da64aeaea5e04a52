import {describe, expect, test} from 'vitest';
import {completeSettings} from '../../../src/model/settings/complete.ts';
import {gatherSettings} from '../../../src/model/settings/gather.ts';
import {putSite, writeSettings} from '../../../src/model/settings/write.ts';

const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {domain: turn.example.org}\n';
const gather = (sites: string, flags: readonly string[] = []) =>
  gatherSettings({saved: {name: 'settings.yaml', text: `${required}${sites}`}, flags});
const complete = (...source: Parameters<typeof gather>) => completeSettings(gather(...source)).sites;
const one = (fields: string) => `sites:\n  www.example.org: {${fields}}\n`;

test.each([
  ['', undefined],
  ['sites:\n', undefined],
  [one('to: "127.0.0.1:8080"'), {'www.example.org': {to: '127.0.0.1:8080'}}],
  [one('to: "localhost:8080", body-size: 2g'), {'www.example.org': {to: '127.0.0.1:8080', 'body-size': '2g'}}],
  [one('to: "[2001:db8::1]:8080"'), {'www.example.org': {to: '[2001:db8::1]:8080'}}],
  [
    one('to: "Mail.Example.net:993", passthrough: yes, proxy-protocol: true'),
    {'www.example.org': {to: 'mail.example.net:993', passthrough: true, 'proxy-protocol': true}},
  ],
  [one('root: /srv/www/'), {'www.example.org': {root: '/srv/www'}}],
  [
    'sites: {BÜCHER.example: {root: /srv/a}, b.example: {root: "/srv/b c"}}',
    {
      'xn--bcher-kva.example': {root: '/srv/a'},
      'b.example': {root: '/srv/b c'},
    },
  ],
])('%j is understood', (text, expected) => {
  expect(complete(text)).toEqual(expected);
});

test('--set replaces the sites, and saves them', () => {
  const draft = gather(one('root: /srv/a'), ['sites={b.example: {to: "10.0.0.1:80"}}']);
  expect(completeSettings(draft).sites).toEqual({'b.example': {to: '10.0.0.1:80'}});
  expect(complete(writeSettings(draft).slice(required.length))).toEqual({'b.example': {to: '10.0.0.1:80'}});
});

test.each([
  ['sites: www.example.org', 'is not a map'],
  ['sites: {www: {to: "127.0.0.1:80"}}', 'has the domain "www", which is only one word'],
  [
    'sites: {www.example.org: "127.0.0.1:80"}',
    'has the site www.example.org, which needs either to: HOST:PORT or root',
  ],
  ['sites: {a.example: {to: [1]}}', 'has a.example, which has a list or a group in place of a value'],
  ['sites: {meet.example.org: {root: /srv/a}}', 'has the site meet.example.org, which is the domain of the meetings'],
  ['sites: {turn.example.org: {root: /srv/a}}', 'has the site turn.example.org, which is the domain of the relay'],
  ['sites: {A.example: {root: /a}, a.example: {root: /a}}', 'has the site a.example twice'],
  [one(''), 'needs either to: HOST:PORT or root: DIRECTORY'],
  [one('to: "1.2.3.4:80", root: /srv/a'), 'needs either to: HOST:PORT or root: DIRECTORY'],
  [one('port: 80'), 'has port; it may have to, root, passthrough, proxy-protocol, body-size'],
  [one('to: 127.0.0.1'), 'is no host and port'],
  [one('to: "127.0.0.1:70000"'), 'is no host and port'],
  [one('to: "127.0.0.1:0"'), 'is no host and port'],
  [one('to: "a b:80"'), 'has a host that contains " "'],
  [one('to: "fe80::1%eth0:80"'), 'has a host that'],
  [one('to: "nas.example.org:80"'), 'without passthrough it needs an address'],
  [one('root: srv/a'), 'is not an absolute path'],
  [one('root: /srv/../root'), 'has a part that is . or ..'],
  [one('root: /srv/$uri'), 'contains a $'],
  [one('to: "1.2.3.4:80", body-size: 10 MB'), 'is not a whole number followed by k, m or g'],
  [one('to: "1.2.3.4:80", passthrough: maybe'), 'is neither true nor false'],
  [one('to: "1.2.3.4:80", proxy-protocol: true'), 'has proxy-protocol, which needs passthrough'],
  [one('to: "1.2.3.4:80", passthrough: true, body-size: 1m'), 'passthrough does not look at requests'],
  [one('root: /srv/a, passthrough: true'), 'has passthrough, which needs to: HOST:PORT'],
])('%j is refused', (text, reason) => {
  expect(() => complete(text)).toThrow(reason);
});

describe('a site in the text of the settings', () => {
  const text = `# ours\n${required}# below\n`;

  test('is put in and taken out without a trace', () => {
    const added = putSite(text, 'www.example.org', {to: '127.0.0.1:8080'});
    expect(added).toContain('sites:\n  www.example.org:\n    to: 127.0.0.1:8080\n');
    expect(putSite(added, 'WWW.example.org', undefined)).toBe(putSite(text, 'x.example', undefined));
    expect(completeSettings(gatherSettings({saved: {name: '', text: added}})).sites).toEqual({
      'www.example.org': {to: '127.0.0.1:8080'},
    });
  });

  test('keeps the comments on the others, and replaces what it was', () => {
    const two = `${text}sites:\n  # first\n  a.example: {root: /a} # and here\n  # second\n  b.example:\n    root: /b\n`;
    const changed = putSite(two, 'a.example', {root: '/c'});
    expect(changed).toMatch(/# first\n {2}a\.example:\n {4}root: \/c\n/);
    const left = putSite(changed, 'a.example', undefined);
    expect(left).toContain('b.example:\n    root: /b');
    expect(left).not.toContain('a.example');
  });
});
