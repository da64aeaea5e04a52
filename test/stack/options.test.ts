import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {digest, services} from '../../src/stack/compose-file.ts';
import {readOptions} from '../../src/stack/options.ts';
import {passedVariables} from './appendix-a.ts';
import {assets, makeInput} from './input.ts';

type Table = Readonly<Record<'services' | 'forms' | 'owned', Readonly<Record<string, string>>>>;
const table: Table = parse(assets('jitsi/variables.yaml'));
const list = (text: string) => text.split(' ');
const owned = new Set(Object.values(table.owned).flatMap(list));
const known = [...new Set(Object.values(passedVariables).flatMap(names => [...names]))].sort();
const readersOf = (name: string) =>
  Object.entries(passedVariables).flatMap(([service, names]) => (names.has(name) ? [service] : []));

const samples: Readonly<Record<string, string>> = {
  flag: 'true',
  number: '2.5',
  word: 'http://other:80',
  policy: "frame-ancestors 'self'",
  code: `['a', "b"]`,
  text: 'https://example.org/?a=b&c={d}',
};
const formOf = (name: string) =>
  Object.entries(table.forms).find(([, names]) => list(names).includes(name))?.[0] ?? 'text';
const sampleOf = (name: string) => samples[formOf(name)] ?? '';

const draw = (options: Readonly<Record<string, string>>) => {
  const input = makeInput();
  return drawBlueprint({...input, settings: {...input.settings, options}}).blueprint;
};

test('the table has exactly the variables of appendix A', () => {
  const found = Object.entries(table.services).map(([service, names]) => [service, list(names).sort()]);
  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(passedVariables).map(([service, names]) => [service, [...names].sort()])),
  );
});

test.each(known.filter(name => !owned.has(name)))('%s reaches the services that read it, and no other', name => {
  const given = services(draw({[name]: sampleOf(name)}));
  const readers = given.filter(({environment}) => environment[name] === sampleOf(name));
  expect(readers.map(each => each.name)).toEqual(readersOf(name));
  expect(given.filter(({environment}) => name in environment)).toEqual(readers);
});

test.each([...owned])('%s is refused with the setting to use instead', name => {
  expect(() => draw({[name]: '1'})).toThrow(/ is a variable that jitsi-onebox sets itself\. (Use|Leave it out)/);
});

test('every variable that the program sets is refused', () => {
  const set = services(draw({})).flatMap(({environment}) => Object.keys(environment));
  expect([...set, 'TZ', 'DYNAMIC_BRANDING_URL', 'DEFAULT_LANGUAGE'].filter(name => !owned.has(name))).toEqual([]);
});

test('all mistakes are listed in one problem, and a misspelling has its correction', () => {
  expect(() => draw({RESOLUTON: '720', COLOUR_OF_THE_SKY: 'blue', PUBLIC_URL: 'x', RESOLUTION: '720p'})).toThrow(
    [
      '4 options are not valid:',
      "  options.RESOLUTON is no variable of Jitsi's containers. Did you mean RESOLUTION?",
      "  options.COLOUR_OF_THE_SKY is no variable of Jitsi's containers. The README, section Options, says where all of them are listed.",
      '  options.PUBLIC_URL is a variable that jitsi-onebox sets itself. Use the setting domain.',
      '  options.RESOLUTION is not a number, and Jitsi pastes it where one has to be.',
    ].join('\n'),
  );
});

describe('a value that would break what it is pasted into is refused, with the reason', () => {
  test.each([
    ['AMPLITUDE_ID', "a'; alert(1); '", 'pastes it between quotes without escapes'],
    ['LOG_LEVEL', 'info" }', 'pastes it between quotes'],
    ['JVB_LOG_FILE', '/tmp/x; reboot', 'without quotes'],
    ['ENABLE_P2P', 'no', 'is neither 0 nor 1'],
    ['ENABLE_P2P', '', 'is neither 0 nor 1'],
    ['RESOLUTION', '1; x()', 'is not a number'],
    ['CSP_HEADER', 'default-src "x"', 'between double quotes of nginx'],
    ['MATOMO_ENDPOINT', 'https://example.org/</script>', '< or >'],
    ['SENTRY_ENVIRONMENT', '$(id)', '$'],
  ])('%s: %s', (name, value, reason) => {
    expect(() => draw({[name]: value})).toThrow(reason);
  });
});

test('an option changes the containers that read it, and no other', () => {
  const [before, after] = [draw({}), draw({RESOLUTION: '720'})];
  const changed = services(after).filter(
    (service, index) => digest(after, service) !== digest(before, services(before)[index] ?? service),
  );
  expect(changed.map(({name}) => name)).toEqual(['web']);
});

test('without options the table is not read', () => {
  expect(readOptions({}, () => expect.fail('read'))).toEqual({});
});
