import {expect, test} from 'vitest';
import {waitForNames} from '../../src/runs/wait-for-names.ts';

const address = '198.51.100.1';
const names = {
  domain: 'a.test',
  turnDomain: undefined,
  publicAddress: address,
  localAddress: '10.0.0.2',
  usableIpv6: ['2a02:db8:77::10'],
  resolvers: [],
};

/** A DNS that has the right entry from so many looks on. */
function dns(rightFrom: number) {
  let looks = 0;
  const lookUp = async () => {
    looks += 1;
    return looks > rightFrom ? [address, '2a02:db8:77::10'] : [];
  };
  return {lookUp, lookUpOutside: () => Promise.reject(new Error('blocked'))};
}

async function follow(rightFrom: number, seconds: number, leaving = new AbortController().signal) {
  const news = [];
  for await (const each of waitForNames(names, dns(rightFrom), {seconds, leaving, between: 1})) news.push(each);
  return news;
}

test('the wait ends when the names are right, and counts down', async () => {
  expect(await follow(0, 10)).toEqual([]);
  const news = await follow(2, 10);
  expect(news.map(({left}) => left)).toEqual([10, 9]);
  expect(news[0]?.texts).toEqual([expect.stringContaining('a.test has no DNS entry yet')]);
});

test('the wait ends after its time, or when the user leaves', async () => {
  expect(await follow(99, 2)).toHaveLength(2);
  const news = await follow(99, 99, AbortSignal.timeout(200));
  expect(news.length).toBeLessThanOrEqual(2);
});
