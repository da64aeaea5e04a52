import {rm, writeFile} from 'node:fs/promises';
import {beforeAll, expect, onTestFinished, test} from 'vitest';
import {dynamicNames} from '../lab/places.ts';
import {bootFresh} from './hosts.ts';
import {ask, lab, settingsFile, start} from './lab.ts';

beforeAll(bootFresh);

/** The plan's findings about names: as the internet and the own network see them. */
const findCodes = async (domain: string) => {
  const settings = [
    `domain=${domain}`,
    'contact=a@example.test',
    'address.public=198.51.100.10',
    'turn.enabled=false',
  ].flatMap(each => ['--set', each]);
  const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--json', ...settings]);
  const {warnings}: {warnings: readonly {code: string}[]} = JSON.parse(stdout);
  return warnings.map(({code}) => code).filter(code => /^(name-|resolvers-|caa-)/.test(code));
};

test.each([
  ['meet.example.test', []],
  ['split.example.test', []],
  ['stale.example.test', ['name-differs-here']],
  ['wrong.example.test', ['name-elsewhere']],
  ['forbidden.example.test', ['caa-forbids']],
])('the plan for %s warns of %j', async (domain, codes) => {
  expect(await findCodes(domain)).toEqual(codes);
});

test('where DNS over HTTPS is blocked, that is a note', async () => {
  await lab('fault', 'doh-blocked', 'on');
  try {
    expect(await findCodes('meet.example.test')).toEqual(['resolvers-silent']);
  } finally {
    await lab('fault', 'doh-blocked', 'off');
  }
});

test('--wait-for-dns counts down, and goes on once the name resolves here', async () => {
  const name = 'late.example.test';
  const resolveTo = (address: string) => writeFile(`${dynamicNames}/${name}`, `${address} ${name}\n`, {mode: 0o644});
  onTestFinished(() => rm(`${dynamicNames}/${name}`, {force: true}));
  await resolveTo('198.51.100.77');
  // A plan of another digest ends it before the first change.
  const argv = [
    ...['jitsi-onebox', 'apply', '--yes', '--plain', '--expect', 'another', '--wait-for-dns', '2m'],
    ...['--settings', settingsFile, '--set', `domain=${name}`, '--set', 'address.public=198.51.100.10'],
  ];
  const {child} = await start('guest', argv);
  const lines: string[] = [];
  for await (const line of child) {
    lines.push(String(line));
    if (/late\.example\.test/.test(String(line))) await resolveTo('198.51.100.10');
  }
  const {exitCode} = await child;
  expect(lines.join('\n')).toMatch(/late\.example\.test .*198\.51\.100\.77/);
  expect(exitCode, lines.join('\n')).toBe(3);
});
