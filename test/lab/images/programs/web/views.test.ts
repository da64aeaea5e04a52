import {expect, test} from 'vitest';
import {configViewOf, serverViewOf} from './views.ts';

test.each([
  ['https://meet.example.test', 'meet.example.test'],
  ['https://meet.example.test/', 'meet.example.test'],
  ['https://meet.example.test:8443', 'meet.example.test:8443'],
])('takes the host from %s', (PUBLIC_URL, host) => {
  expect(configViewOf({PUBLIC_URL})).toMatchObject({host, boshBase: `https://${host}`});
});

test('guests have a domain of their own only where accounts exist', () => {
  expect(configViewOf({ENABLE_GUESTS: '1'})).toMatchObject({guests: false, authentication: false});
  expect(configViewOf({ENABLE_GUESTS: '1', ENABLE_AUTH: '1'})).toMatchObject({guests: true, authentication: true});
});

test('writes the name servers as nginx wants them', () => {
  const view = serverViewOf({}, 'search lan\nnameserver 127.0.0.11\nnameserver fd00::1\n');
  expect(view.resolver).toBe('127.0.0.11 [fd00::1]');
});

test('a switch that upstream cannot read stops the container', () => {
  expect(() => serverViewOf({DISABLE_HTTPS: 'yes'}, '')).toThrow('parsing "yes": invalid syntax');
});
