import {beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {guest} from './lab.ts';

// What is measured against the clock: scripts/test runs this when nothing else runs.
beforeAll(requireInstalled);

/** Returns the seconds of each of eight `apply`s by the guest's own clock: a busy host slows some of them. */
async function timeApplies(): Promise<readonly number[]> {
  const line =
    'for _ in 1 2 3 4 5 6 7 8; do start=$(date +%s%N); jitsi-onebox apply --yes --plain >/dev/null; echo $((($(date +%s%N) - start) / 1000000)); done';
  return (await guest(line)).split('\n').map(milliseconds => Number(milliseconds) / 1000);
}

// The processors of a shared machine are slower in some minutes than in others.
// 3.0 s on an idle machine; others are slower.
test('a second apply takes under 4 s, all checks included', {retry: 2}, async () => {
  await guest('jitsi-onebox apply --yes --plain >/dev/null');
  const seconds = Math.min(...(await timeApplies()));
  console.log(`second apply: ${seconds.toFixed(2)} s`);
  expect(seconds).toBeLessThan(4);
});
