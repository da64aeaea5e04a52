import {expect, test} from 'vitest';
import type {Compose, FactValues} from '../../src/model/facts.ts';
import {isAtLeast} from '../../src/model/version.ts';
import {chooseCompose} from '../../src/stack/versions.ts';
import {makeFacts, makeInput} from './input.ts';

type Case = {compose: Compose | null; docker: string | null} & Partial<FactValues>;

const choose = (values: Case) => chooseCompose('/srv/jitsi', makeInput({facts: makeFacts(values)}).facts).argv;
const plugin = (version: string): Compose => ({argv: ['docker', 'compose'], version});
const program = (version: string): Compose => ({argv: ['docker-compose'], version});

test.each([
  [
    'nothing on Debian 12',
    {compose: null, docker: null, candidates: {'docker-compose': '1.29.2-3'}},
    ['docker-compose'],
  ],
  [
    'nothing on Debian 13',
    {compose: null, docker: null, candidates: {'docker-compose': '2.26.1-4'}},
    ['docker', 'compose'],
  ],
  ['the plugin', {compose: plugin('2.40.0'), docker: '29.0.1'}, ['docker', 'compose']],
  ['version 2 as a program', {compose: program('v2.26.1'), docker: '29.0.1'}, ['docker-compose']],
  ['version 1 with its Docker', {compose: program('1.29.2'), docker: '20.10.24+dfsg1'}, ['docker-compose']],
  ['version 1 with a Docker of unknown age', {compose: program('1.29.2'), docker: null}, ['docker-compose']],
] as const)('the compose command with %s', (_what, facts, argv) => {
  expect(choose(facts)).toEqual(argv);
});

test.each([
  ['1.29.2', '28.5.1'],
  ['1.25.0', '20.10.24'],
])('compose %s with Docker %s is too old', (version, docker) => {
  expect(() => choose({compose: program(version), docker})).toThrow(
    expect.objectContaining({code: 'compose-too-old', summary: expect.stringContaining(docker)}),
  );
});

test.each([
  ['1.26.3-3+deb13u1', [1, 25, 1], true],
  ['1.25.1', [1, 25, 1], true],
  ['1.25', [1, 25, 1], false],
  ['1:2.0~rc1-1', [2], true],
  ['v2.26.1', [2], true],
  ['20.10.24+dfsg1-1+deb12u1+b6', [28], false],
  [undefined, [1], false],
  ['weird', [1], false],
] as const)('%s against %j: %s', (version, wanted, expected) => {
  expect(isAtLeast(version, wanted)).toBe(expected);
});
