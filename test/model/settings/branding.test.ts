import {describe, expect, test} from 'vitest';
import {completeSettings, listSettings} from '../../../src/model/settings/complete.ts';
import {addAnswers, gatherSettings} from '../../../src/model/settings/gather.ts';
import {valueSoFar} from '../../../src/model/settings/questions.ts';
import {writeSettings} from '../../../src/model/settings/write.ts';
import {renderSettings} from '../../../src/plain/render.ts';

const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';
const gather = (branding: string, flags: readonly string[] = []) =>
  gatherSettings({file: {name: 'meet.yaml', text: `${required}branding: ${branding}\n`}, flags});
const complete = (...source: Parameters<typeof gather>) => completeSettings(gather(...source)).branding;

test('texts and paths are read from a file and from flags, in any depth', () => {
  expect(
    complete('{title: \'A: "b"\', header: {title: no}, logo: {link: https://example.org, file: /root/a.svg}}'),
  ).toEqual({
    title: 'A: "b"',
    'header.title': 'no',
    'logo.link': 'https://example.org/',
    'logo.file': '/root/a.svg',
  });
  const flags = ['branding.header.subtitle={en: A, pt-BR: "b, c"}', "branding.title='A: b'"];
  expect(complete('{}', flags)).toEqual({title: 'A: b', 'header.subtitle': {en: 'A', 'pt-BR': 'b, c'}});
});

test.each([
  ['{title: ""}', 'branding.title "\\"\\"" is empty'],
  ['{title: "a\\nb"}', 'contains a control character or a line break'],
  [`{title: ${'x'.repeat(10_241)}}`, 'is longer than 10 kB'],
  ['{header: {subtitle: {xx: A}}}', 'has the language "xx", which is not one of the client'],
  ['{header: {subtitle: {nl: ""}}}', 'is empty'],
  ['{header: {subtitle: {nl: {a: b}}}}', 'has more than a text for a name'],
  ['{header: {title: {nl: A}}}', 'is a list or a group; a single value is needed here'],
  ['{logo: /root/a.svg}', 'branding.logo is a group of settings'],
  ['{favicon: logo.ico}', 'is not an absolute path'],
  ['{language: Dutch}', 'is not a language of the client'],
  ['{logo: {link: "javascript:alert(1)"}}', 'does not start with https://'],
  ['{titel: A}', 'Did you mean branding.title?'],
])('%s is refused', (branding, reason) => {
  expect(() => complete(branding)).toThrow(reason);
});

test('a text of 10 kB with all sorts of characters is fine', () => {
  const title = `${'x'.repeat(10_000)}"'\\</script>😀\u2028`;
  expect(complete(JSON.stringify({title})).title).toBe(title);
});

describe('a text for each language', () => {
  const draft = gather('{header: {subtitle: {en: A, nl: "b, c"}}}');

  test('is shown as it can be typed', () => {
    const shown = valueSoFar(draft, 'branding.header.subtitle') ?? '';
    expect(shown).toBe('{en: A, nl: "b, c"}');
    expect(renderSettings(listSettings(draft, {}))).toContain(`branding.header.subtitle    ${shown}  (file, line 4)`);
    const answered = addAnswers(draft, {'branding.header.subtitle': shown});
    expect(completeSettings(answered).branding).toEqual(completeSettings(draft).branding);
  });

  test('can be replaced by one text, and the other way round', () => {
    const answered = addAnswers(draft, {'branding.header.subtitle': 'D', 'branding.title': '{E'});
    expect(completeSettings(answered).branding).toEqual({title: '{E', 'header.subtitle': 'D'});
    expect(writeSettings(answered)).toContain('branding: {header: {subtitle: D}, title: "{E"}');
    const again = addAnswers(answered, {'branding.header.subtitle': '{de: F}'});
    expect(completeSettings(again).branding['header.subtitle']).toEqual({de: 'F'});
  });
});
