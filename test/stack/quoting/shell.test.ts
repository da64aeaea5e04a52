import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import {quoteShell, Unquotable} from '../../../src/stack/quoting.ts';
import {sampleHostile} from '../hostile.ts';
import {inDirectory, shellAccepts} from '../parsers.ts';
import {end, findDifferences, quoteAll} from './quotable.ts';

test('sh reads every value as one word', async () => {
  const quoted = [...quoteAll(sampleHostile(500), quoteShell), end];
  const words = await run(quoted.map(({text}) => `printf '%s\\0' ${text}`).join('\n'));
  expect(findDifferences(quoted, words.split('\0'))).toEqual([]);
});

test('sh rejects a lone quote', async () => {
  expect(await shellAccepts(`echo ${quoteShell("it's")}`)).toMatchObject({accepted: true});
  expect(await shellAccepts("echo it's")).toMatchObject({accepted: false});
});

test('only NUL and halves of characters cannot be written', () => {
  expect(() => quoteShell('a\0b')).toThrow(Unquotable);
  expect(() => quoteShell('\udc00')).toThrow(Unquotable);
  expect(quoteShell('a\nb')).toBe("'a\nb'");
});

function run(script: string): Promise<string> {
  return inDirectory(async directory => {
    const file = join(directory, 'script.sh');
    await writeFile(file, script);
    const {stdout} = await execa('sh', [file], {stripFinalNewline: false, encoding: 'buffer'});
    return Buffer.from(stdout).toString();
  });
}
