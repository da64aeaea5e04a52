import {createContext, runInContext} from 'node:vm';
import {parse} from 'ltx';
import {describe, expect, test} from 'vitest';
import {languages} from '../../../src/model/settings/grammar/branding.ts';
import type {Settings} from '../../../src/model/settings/schema.ts';
import {noBranding} from '../../../src/stack/branding/read.ts';
import {renderScript, renderTexts} from '../../../src/stack/branding/texts.ts';
import {quoteHtml, quoteJson, Unquotable} from '../../../src/stack/quoting.ts';
import {sampleHostile} from '../hostile.ts';

const draw = (settings: Settings['branding']) => renderTexts({...noBranding, settings}, 'meet.example.org');
const readJson = (text: string | undefined) => JSON.parse(text ?? '');

describe('any text', () => {
  const texts = [
    ...sampleHostile(400),
    '<!--# echo var="x" -->',
    '</script><script>alert(1)</script>',
    'x'.repeat(10_240),
  ];
  // What no page can express is refused.
  const lines = texts.map(text => text.replaceAll(/\p{Cc}|\p{Cs}/gu, ''));

  test('in the script is one string, for the parser of JavaScript', () => {
    const interfaceConfig = {APP_NAME: '', other: 1};
    const globals = createContext({interfaceConfig});
    for (const title of lines) {
      const script = renderScript({...noBranding, settings: {title}});
      expect(script.replace(/^\/\/.*\n/, ''), 'markup, which an inlined script must not hold').not.toMatch(
        /[<>&\u2028]/,
      );
      runInContext(script, globals);
      expect(interfaceConfig).toEqual({APP_NAME: title, other: 1});
      expect(Object.keys(globals)).toEqual(['interfaceConfig']);
    }
  });

  test('in JSON is one string, also where JSON is in a script', () => {
    const context = createContext();
    for (const text of texts) {
      const json = quoteJson({[text]: text});
      expect(JSON.parse(json)).toEqual({[text]: text});
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(runInContext(`JSON.stringify(${json})`, context)).toBe(JSON.stringify({[text]: text}));
    }
  });

  test('in the head of the page is text and attributes, for the parser of markup', () => {
    const structure = (title: string) => {
      const head = parse(`<head>${draw({title})['title.html']}</head>`);
      return head.getChildElements().map(element => [element.name, element.attrs, element.getText()]);
    };
    const expected = JSON.stringify(structure('harmless'));
    for (const title of lines.filter(each => each.trim() !== '')) {
      const elements = structure(title);
      expect(JSON.stringify(elements), title).toBe(expected.replaceAll('"harmless"', () => JSON.stringify(title)));
    }
  });

  test.each(['a\nb', '\u0000', '\ud800'])('%j is refused in HTML', text => {
    expect(() => quoteHtml(text)).toThrow(Unquotable);
  });
});

describe('the texts', () => {
  const labelsFor = (settings: Settings['branding']) => {
    const files = draw(settings);
    const {labels} = readJson(files['branding.json']);
    const name = (language: string) => labels[language]?.replace('https://meet.example.org/static/branding/', '');
    return (language: string) => (name(language) ? readJson(files[name(language)]).welcomepage : undefined);
  };

  test('of one line are the same in every language, in both ways to write one with its country', () => {
    const show = labelsFor({'header.title': 'A', 'header.subtitle': 'B'});
    for (const language of [...languages, 'frCA', 'zhCN'])
      expect(show(language)).toEqual({headerTitle: 'A', headerSubtitle: 'B'});
  });

  test('of a map are in these languages only; the heading is in all', () => {
    const show = labelsFor({'header.title': 'A', 'header.subtitle': {en: 'B', nl: 'C', 'pt-BR': 'D'}});
    expect(show('en')).toEqual({headerTitle: 'A', headerSubtitle: 'B'});
    expect(show('nl')).toEqual({headerTitle: 'A', headerSubtitle: 'C'});
    expect(show('ptBR')).toEqual({headerTitle: 'A', headerSubtitle: 'D'});
    expect(show('de')).toEqual({headerTitle: 'A'});
    expect(labelsFor({'header.subtitle': {nl: 'C'}})('en')).toBeUndefined();
  });

  test('leave the logo of the image with its link where none is set', () => {
    expect(readJson(draw({title: 'A'})['branding.json'])).toEqual({
      labels: {},
      logoImageUrl: 'https://meet.example.org/images/watermark.svg',
      logoClickUrl: 'https://jitsi.org',
    });
  });
});
