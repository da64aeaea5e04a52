import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {quoteShell, quoteYaml} from '../../src/stack/quoting.ts';
import {render, type Values} from '../../src/stack/template.ts';
import {hostileLine} from './hostile.ts';

const fill = (template: string, values: Values) => render({template, values, quote: quoteYaml});

describe('a template', () => {
  test('quotes strings, and writes numbers and booleans as they are', () => {
    expect(fill('a: {{a}}\nb: {{b}}\nc: {{c}}\n', {a: '1', b: 8289, c: false})).toBe('a: "1"\nb: 8289\nc: false\n');
  });

  test('uses the quoting of its language', () => {
    expect(render({template: 'echo {{name}}', values: {name: "it's"}, quote: quoteShell})).toBe(
      String.raw`echo 'it'\''s'`,
    );
  });

  test('keeps or leaves out whole lines', () => {
    const template = 'a\n{{#on}}\nb\n{{/on}}\n{{^on}}\nc\n{{/on}}\n';
    expect(fill(template, {on: true})).toBe('a\nb\n');
    expect(fill(template, {on: false})).toBe('a\nc\n');
  });

  test('repeats for lists of values and of groups, and still sees outer values', () => {
    expect(fill('{{#list}}\n- {{.}}\n{{/list}}\n', {list: ['a', 'b']})).toBe('- "a"\n- "b"\n');
    expect(fill('{{#list}}{{a}}{{b}};{{/list}}', {b: 'x', list: [{a: 1}, {a: 2}]})).toBe('1"x";2"x";');
    expect(fill('{{#turn}}{{domain}}{{/turn}}{{turn.domain}}', {turn: {domain: 'a'}})).toBe('"a""a"');
    expect(fill('{{#turn}}{{domain}}{{/turn}}', {turn: false})).toBe('');
  });

  test('never reads a value as a template', () => {
    expect(fill('{{a}}', {a: '{{b}}', b: 'no'})).toBe('"{{b}}"');
  });
});

describe('a template is refused', () => {
  test.each([
    ['for a value without quoting', '{{{a}}}'],
    ['for its other form', '{{&a}}'],
    ['for another template inside', '{{> a}}'],
    ['for other tags', '{{=<% %>=}}'],
    ['for quotes around a value', 'x "{{a}}"'],
    ['for a quote right behind a value', "{{a}}'"],
  ])('%s', (_, template) => {
    expect(() => fill(template, {a: 'x'})).toThrow(/A template has/);
  });

  test.each([
    '{{b}}',
    '{{#b}}{{/b}}',
    '{{^b}}{{/b}}',
    '{{#on}}{{b}}{{/on}}',
    '{{^on}}{{b}}{{/on}}',
    '{{#list}}{{b}}{{/list}}',
    '{{list.length}}',
    '{{a.length}}',
    '{{constructor}}',
    '{{toString}}',
    '{{group.b}}',
  ])('for a name it is not given: %s', template => {
    const values = {a: 'x', on: true, list: [{c: 1}], group: {c: 1}};
    expect(() => fill(template, values)).toThrow(/which it is not given/);
  });

  test('for a group or list where a single value is wanted', () => {
    expect(() => fill('{{a}}', {a: {b: 1}})).toThrow(/no single value/);
    expect(() => fill('{{a}}', {a: ['b']})).toThrow(/no single value/);
  });
});

test('the structure stays the same with any values', () => {
  const template = 'a: {{a}}\nlist:\n{{#list}}\n  - {b: {{.}}}\n{{/list}}\nend: true\n';
  fc.assert(
    fc.property(hostileLine, fc.array(hostileLine, {minLength: 1}), (a, list) => {
      expect(parse(fill(template, {a, list}))).toEqual({a, list: list.map(b => ({b})), end: true});
    }),
  );
});
