import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {quoteCompose, quoteYaml, Unquotable} from '../../../src/stack/quoting.ts';
import {hostile, sampleHostile} from '../hostile.ts';
import {composeAccepts, describeWith, findCompose, inDirectory} from '../parsers.ts';
import {end, findDifferences, isComparable, quoteAll} from './quotable.ts';

const compose = (await findCompose()) ?? (['docker-compose'] as const);

test('YAML reads every value as it was, in every place', () => {
  fc.assert(
    fc.property(
      hostile.filter(value => value.isWellFormed()),
      value => {
        const text = quoteYaml(value);
        expect(parse(`a: ${text}\nb: [${text}, {c: ${text}}]\nend: .\n`)).toEqual({
          a: value,
          b: [value, {c: value}],
          end: '.',
        });
      },
    ),
    {numRuns: 300},
  );
});

test('only halves of characters cannot be written', () => {
  expect(() => quoteYaml('\ud800')).toThrow(Unquotable);
  expect(() => quoteCompose('\0')).toThrow(Unquotable);
  expect(quoteYaml('\0\u0085')).toBe(String.raw`"\u0000\u0085"`);
});

describeWith([compose[0]], () => {
  // docker-compose 1 starts slowly on a busy machine.
  const patient = {timeout: 30_000};

  test('reads every value as it was and finds no variable in it', patient, async () => {
    const quoted = [...quoteAll(sampleHostile(300), quoteCompose).filter(isComparable), end];
    const lines = quoted.map(({text}, index) => `      V${index}: ${text}\n`).join('');
    const read = await load(`version: '3.8'\nservices:\n  probe:\n    image: probe\n    labels:\n${lines}`);
    // compose prints every $ twice.
    expect(
      findDifferences(
        quoted,
        quoted.map((_, index) => read[`V${index}`]?.replaceAll('$$', '$')),
      ),
    ).toEqual([]);
  });

  test('refuses a text that is not a compose file', patient, async () => {
    expect(await composeAccepts(`version: '3.8'\nservices: {a: {image: ${quoteCompose('x')}}}\n`)).toMatchObject({
      accepted: true,
    });
    expect(await composeAccepts("version: '3.8'\nservices: {a: {image: $}}\n")).toMatchObject({accepted: false});
  });
});

/** The labels that compose reads. */
function load(text: string): Promise<Readonly<Record<string, string>>> {
  return inDirectory(async directory => {
    const file = join(directory, 'compose.yaml');
    await writeFile(file, text);
    const [program = '', ...options] = [...compose, '-f', file, 'config'];
    const {stdout} = await execa(program, options, {cwd: directory});
    return (parse(stdout) as {services: {probe: {labels: Record<string, string>}}}).services.probe.labels;
  });
}
