import {expect, test} from 'vitest';
import {type AskResolver, lookUpCaaOutside, lookUpOutside, readCaaText} from '../../src/network/doh.ts';

const urls = ['https://one.test/dns-query', 'https://two.test/resolve'];
const caa = (tag: string, value: string, isCritical = false) => ({tag, value, isCritical});

test('every resolver that answers is named, with both families', async () => {
  const ask: AskResolver = async (url, _name, type) => {
    if (url.includes('two')) throw new Error('blocked');
    return type === 'A' ? ['198.51.100.1'] : ['2001:db8::1'];
  };
  expect(await lookUpOutside('a.test', urls, ask)).toEqual([
    {from: 'one.test', addresses: ['198.51.100.1', '2001:db8::1']},
  ]);
});

test('without any answer the reasons are given', async () => {
  const ask: AskResolver = async () => Promise.reject(new Error('blocked'));
  await expect(lookUpOutside('a.test', urls, ask)).rejects.toThrow('one.test: blocked; two.test: blocked');
});

test('CAA records are those of the closest domain that has any', async () => {
  const asked: string[] = [];
  const ask: AskResolver = async (_url, name) => {
    asked.push(name);
    return name === 'example.test' ? ['0 issue "letsencrypt.org"'] : [];
  };
  expect(await lookUpCaaOutside('meet.example.test', urls.slice(0, 1), ask)).toEqual([caa('issue', 'letsencrypt.org')]);
  expect(asked).toEqual(['meet.example.test', 'example.test']);
  await expect(lookUpCaaOutside('a.test', urls, () => Promise.reject(new Error('blocked')))).rejects.toThrow();
});

test.each([
  [
    '0 issue "letsencrypt.org; accounturi=https://a.test/1"',
    [caa('issue', 'letsencrypt.org; accounturi=https://a.test/1')],
  ],
  ['128 Issue ";"', [caa('issue', ';', true)]],
  ['0 iodef mailto:a@b.test', [caa('iodef', 'mailto:a@b.test')]],
  [
    String.raw`\# 22 00 05 69 73 73 75 65 6c 65 74 73 65 6e 63 72 79 70 74 2e 6f 72 67`,
    [caa('issue', 'letsencrypt.org')],
  ],
  ['nonsense', []],
])('the record %s is read', (data, records) => {
  expect(readCaaText(data)).toEqual(records);
});
