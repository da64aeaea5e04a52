import {ask, guest} from './lab.ts';

const newest = '"$(ls -d /var/lib/jitsi-onebox/runs/* | tail -n 1)/events.jsonl"';

/** Returns the lines of the newest run's journal. */
export async function readJournal(): Promise<readonly string[]> {
  return (await guest(`cat ${newest}`)).split('\n');
}

/** Waits until a run newer than `before` has a line like the pattern in its journal. */
export async function untilJournal(pattern: string, before = ''): Promise<void> {
  const isNewer = `[ "$(ls /var/lib/jitsi-onebox/runs 2>/dev/null | tail -n 1)" != "${before}" ]`;
  const line = `timeout 90 sh -c 'until ${isNewer} && grep -qsE "${pattern}" ${newest}; do sleep 0.05; done'`;
  const {exitCode} = await ask('guest', ['sh', '-c', line]);
  if (exitCode !== 0) throw new Error(`No line like ${pattern} came into the journal.`);
}

/** Returns the id of the newest run, empty before the first. */
export async function newestRun(): Promise<string> {
  return guest('ls /var/lib/jitsi-onebox/runs 2>/dev/null | tail -n 1');
}
