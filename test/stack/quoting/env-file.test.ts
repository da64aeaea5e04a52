import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {quoteEnvFile, Unquotable} from '../../../src/stack/quoting.ts';
import {sampleHostile} from '../hostile.ts';
import {describeWith, findCompose, inDirectory} from '../parsers.ts';
import {end, findDifferences, isComparable, quoteAll} from './quotable.ts';

const compose = (await findCompose()) ?? (['docker-compose'] as const);

describeWith([compose[0]], () => {
  test('reads every value as it was, from env_file and from .env', async () => {
    const quoted = [...quoteAll(sampleHostile(300), quoteEnvFile).filter(isComparable), end];
    const lines = quoted.map(({text}, index) => `V${index}=${text}`);
    const read = await load(
      lines.join('\n'),
      quoted.map((_, index) => `W${index}: "$\{V${index}}"`),
    );
    expect(
      findDifferences(
        quoted,
        quoted.map((_, index) => read[`V${index}`]),
      ),
    ).toEqual([]);
    expect(
      findDifferences(
        quoted,
        quoted.map((_, index) => read[`W${index}`]),
      ),
    ).toEqual([]);
  });
});

test.each(['$X', '"x"', "'x", ' x', 'x ', 'x #y', 'x\u00a0#', 'a\nb', '\0', '\ud800'])(
  '%j is read differently or not at all',
  value => {
    expect(() => quoteEnvFile(value)).toThrow(Unquotable);
  },
);

test.each(['', 'x', 'a b', 'a#b', '#a', 'a"b\'c', 'a\\nb', 'a=b', '字'])('%j is written as it is', value => {
  expect(quoteEnvFile(value)).toBe(value);
});

/** Reads an env file with compose, as env_file and .env at the same time. */
function load(text: string, environment: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return inDirectory(async directory => {
    const file = join(directory, 'compose.yaml');
    const lines = environment.map(line => `      ${line}`).join('\n');
    await writeFile(join(directory, '.env'), text);
    await writeFile(
      file,
      `version: '3.8'\nservices:\n  probe:\n    image: probe\n    env_file: [.env]\n    environment:\n${lines}\n`,
    );
    const [program = '', ...options] = [...compose, '-f', file, 'config'];
    const {stdout} = await execa(program, options, {cwd: directory});
    return (parse(stdout) as {services: {probe: {environment: Record<string, string>}}}).services.probe.environment;
  });
}
