import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import {quoteSystemd, quoteSystemdArgument, Unquotable} from '../../../src/stack/quoting.ts';
import {sampleHostile} from '../hostile.ts';
import {describeWith, inDirectory, systemdAccepts} from '../parsers.ts';
import {end, findDifferences, quoteAll} from './quotable.ts';

describeWith(['systemd-analyze'], () => {
  test('every argument is read back as it was, and so is the command after it', async () => {
    const quoted = [...quoteAll(sampleHostile(300), quoteSystemdArgument), end];
    const commands = quoted.map(({text}) => `ExecStart=/bin/echo ${text} "."`);
    const dump = await load(`[Service]\nType=oneshot\n${commands.join('\n')}\n`);
    const words = listLines(dump, 'Command Line: ').map(splitWords);
    expect(words.filter(({length}) => length !== 3)).toEqual([]);
    // systemd dumps the unit as read; $$ becomes $ when the command starts.
    expect(
      findDifferences(
        quoted,
        words.map(([, word]) => word?.replaceAll('$$', '$')),
      ),
    ).toEqual([]);
  });

  test('every assignment is read back as it was', async () => {
    // The dump shows line breaks as they are, so values with line breaks cannot be recognized.
    const values = sampleHostile(300).filter(value => !value.includes('\n'));
    const quoted = [...quoteAll(values, quoteSystemd), end];
    const lines = quoted.map(({value}, index) => `Environment=${quoteSystemd(`V${index}=${value}`)}`);
    const dump = await load(`[Service]\nType=oneshot\nExecStart=/bin/true\n${lines.join('\n')}\n`);
    const read = listLines(dump, 'Environment: ').map(line => line.slice(line.indexOf('=') + 1));
    expect(findDifferences(quoted, read)).toEqual([]);
  });

  test('a setting that systemd would ignore counts as refused', async () => {
    const unit = (text: string) => `[Service]\nType=oneshot\nExecStart=/bin/echo ${text}\n`;
    expect(await systemdAccepts(unit(quoteSystemdArgument('"\\')))).toEqual({accepted: true, output: ''});
    expect(await systemdAccepts(unit('"'))).toMatchObject({accepted: false});
    expect(await systemdAccepts(`${unit('x')}Unknown=1\n`)).toMatchObject({accepted: false});
  });
});

test.each(['\0', '\u0001', '\r', '\u007f', '\u0085', '\uffff', '\ud800'])('%j cannot be written for systemd', value => {
  expect(() => quoteSystemd(value)).toThrow(Unquotable);
  expect(() => quoteSystemdArgument(value)).toThrow(Unquotable);
});

test('no $ is left for systemd to expand, and only commands expand it', () => {
  expect(quoteSystemdArgument('$A \u0024{B} $$')).toBe('"$$A $$\u007bB} $$$$"');
  expect(quoteSystemd('$A 5%')).toBe('"$A 5%%"');
});

/** Returns systemd's dump of a unit. */
function load(unit: string): Promise<string> {
  return inDirectory(async directory => {
    const file = join(directory, 'probe.service');
    await writeFile(file, unit);
    const options = {env: {SYSTEMD_LOG_LEVEL: 'debug', SYSTEMD_LOG_TARGET: 'console'}, reject: false} as const;
    return (await execa('systemd-analyze', ['--man=no', 'verify', file], options)).stdout;
  });
}

// Only a line feed ends a line here; JavaScript's ^ and $ match at other characters too.
function listLines(dump: string, label: string): readonly string[] {
  return dump
    .split('\n')
    .filter(line => line.trimStart().startsWith(label))
    .map(line => line.slice(line.indexOf(label) + label.length));
}

const escapes: Readonly<Record<string, string>> = {n: '\n', t: '\t'};

/** Splits a command line from systemd's dump, which is quoted as in a shell. */
function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|([^ "]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined
      ? (plain ?? '')
      : quoted.replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character),
  );
}
