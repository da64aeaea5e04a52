import {expect, test} from 'vitest';
import {openEndpoints} from './endpoints.ts';

test('knows a password for as long as its endpoint is in the conference', () => {
  const endpoints = openEndpoints();
  const first = endpoints.add('meeting', 'first');
  const second = endpoints.add('meeting', 'second');
  expect(endpoints.find(first.ufrag)?.password).toBe(first.password);
  endpoints.remove('meeting', 'first');
  expect(endpoints.find(first.ufrag)).toBeUndefined();
  expect(endpoints.find(second.ufrag)?.password).toBe(second.password);
});

test('forgets a conference with its last endpoint', () => {
  const endpoints = openEndpoints();
  endpoints.add('meeting', 'only');
  expect(endpoints.has('meeting')).toBe(true);
  endpoints.remove('meeting', 'only');
  expect(endpoints.has('meeting')).toBe(false);
});

test('forgets an endpoint that has been silent for a minute, not one that checks', () => {
  let now = 0;
  const endpoints = openEndpoints(() => now);
  const {ufrag, password} = endpoints.add('meeting', 'only');
  now = 50_000;
  expect(endpoints.find(ufrag)?.password).toBe(password);
  now = 100_000;
  expect(endpoints.find(ufrag)?.password).toBe(password);
  now = 160_001;
  expect(endpoints.find(ufrag)).toBeUndefined();
});
