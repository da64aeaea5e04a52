import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {listSecrets, readAssignment} from '../../src/model/dot-env.ts';
import {describeWith, findCompose, inDirectory} from '../stack/parsers.ts';

const compose = (await findCompose()) ?? (['docker-compose'] as const);

const samples: readonly (readonly [line: string, value: string])[] = [
  ['A=plain', 'plain'],
  ['B="double quoted"', 'double quoted'],
  ["C='single # quoted'", 'single # quoted'],
  ['D=with comment # here', 'with comment'],
  ['E=no#comment', 'no#comment'],
  ['F="quoted" # comment', 'quoted'],
  ["G='quoted' # comment", 'quoted'],
  ['export H=exported', 'exported'],
  ['I = between spaces  ', 'between spaces'],
  ['J="a\\"b\\\\c"', 'a"b\\c'],
  ['K=', ''],
  ['L=""', ''],
  ['M=a\'b"c', 'a\'b"c'],
  ['N=a=b', 'a=b'],
  ['O=of Windows\r', 'of Windows'],
  ['P="quoted"\r', 'quoted'],
];

test.each(samples)('%s is read as %s', (line, value) => {
  expect(readAssignment(line)).toEqual({name: expect.stringMatching(/^[A-P]$/), value});
});

test('a single-quoted $ is one of the value; any other depends on the reader', () => {
  expect(readAssignment("A='$x'")).toEqual({name: 'A', value: '$x'});
  for (const line of ['A=$x', 'A="${x}"', 'A=\\$x'])
    expect(readAssignment(line)).toEqual({name: 'A', value: undefined});
});

test.each(['', '# A=1', 'A', '=1', '1A=1'])('%j sets no variable', line => {
  expect(readAssignment(line)).toBeUndefined();
});

test('a value is a secret if its name says so, and if there is one', () => {
  const env = "JVB_AUTH_PASSWORD=a\nSMTP_PASS='b c'\nJWT_APP_SECRET=d\nTURN_CREDENTIALS=e\nHOOK_TOKEN=f\nAPI_KEY=g\n";
  expect(listSecrets(`${env}TZ=UTC\nEMPTY_TOKEN=\n# OLD_TOKEN=h\n`)).toEqual(['a', 'b c', 'd', 'e', 'f', 'g']);
});

describeWith([compose[0]], () => {
  test('compose reads each sample in the same way', {timeout: 30_000}, async () => {
    const names = samples.map(([line]) => readAssignment(line)?.name ?? '');
    const read = await inDirectory(async directory => {
      const environment = names.map(name => `X${name}: "$\{${name}}"`).join(', ');
      await writeFile(join(directory, '.env'), `${samples.map(([line]) => line).join('\n')}\n`);
      const project = `services: {probe: {image: probe, environment: {${environment}}}}\n`;
      await writeFile(join(directory, 'compose.yaml'), project);
      const [program = '', ...options] = [...compose, '-f', join(directory, 'compose.yaml'), 'config'];
      return parse((await execa(program, options, {cwd: directory})).stdout).services.probe.environment;
    });
    expect(read).toEqual(Object.fromEntries(samples.map(([, value], index) => [`X${names[index]}`, value])));
  });
});
