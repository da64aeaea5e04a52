import {readdir, readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {catalogue, findEntry, titleOf} from '../../src/model/catalogue.ts';

const names = await readdir('src', {recursive: true});
const sources = names.filter(name => /\.tsx?$/.test(name) && !/^(model\/catalogue|stack\/looks)/.test(name));
const texts = await Promise.all(sources.map(name => readFile(`src/${name}`, 'utf8')));

/** Finds the codes that the source raises: the words in quotes after `code:`, and in the first argument of `check`. */
const raised = texts
  .flatMap(text => text.match(/(?<![.\w])(?:code: [^,}]*|check\([^,(){}]*)/g) ?? [])
  .flatMap(expression => [...expression.matchAll(/'([a-z0-9-]+)'/g)].map(([, code]) => code ?? ''));
/** Codes that are put together: one per unit, one per container. */
const composed =
  /^(service|container)-(nginx|haproxy|mmproxy|docker|web|prosody|jicofo|videobridge|turn|whiteboard|etherpad)$/;

test('every code that is raised is registered', () => {
  expect(raised.length).toBeGreaterThan(60);
  expect(raised.filter(code => !findEntry(code))).toEqual([]);
});

test('every registered code is raised', () => {
  const idle = catalogue.filter(({code}) => !raised.includes(code) && !composed.test(code));
  expect(idle.map(({code}) => code)).toEqual([]);
  expect(catalogue.filter(({code}) => composed.test(code))).toHaveLength(11);
});

test('each code is registered once', () => {
  expect(new Set(catalogue.map(({code}) => code)).size).toBe(catalogue.length);
});

describe('what users read', () => {
  test('a title is there once, is short, and uses no jargon', () => {
    const titles = catalogue.map(({title}) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.filter(title => title.length > 42 || /[.:;]$/.test(title))).toEqual([]);
    const jargon = /\b(hairpin|DNAT|SNAT|conntrack|fwmark|rmem|JVB|Jingle|MUC|SASL|BOSH|ICE|DTLS|fqdn|daemon|argv)\b/i;
    expect(titles.filter(title => jargon.test(title))).toEqual([]);
  });

  test.each(catalogue)('$code is explained in sentences', ({meaning, remedy}) => {
    for (const text of [meaning, remedy]) {
      expect(text).toMatch(/^[A-Za-z].*\.$/s);
      expect(text).not.toMatch(/\b(owner|he|his|him|whoever|whatever)\b/i);
      expect(text.length).toBeLessThan(160);
    }
    expect(meaning.match(/[.] [A-Z]/g)?.length ?? 0, 'at most two sentences').toBeLessThan(2);
  });

  test('a code of another version is shown as it is', () => {
    expect(titleOf('turn-allocation')).toBe('TURN allocation over TLS on port 443');
    expect(titleOf('of-another-version')).toBe('of-another-version');
  });
});
