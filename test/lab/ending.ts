import {waitUntil} from './wait.ts';

/** Kills processes until there are none of that kind any more, the ones started in between included. */
export async function endProcesses(list: () => Promise<ReadonlySet<number>>): Promise<void> {
  const otherwise = async () => `These processes of the lab do not end: ${[...(await list())].join(', ')}.`;
  await waitUntil(async () => kill(await list()), {seconds: 30, otherwise});
}

function kill(victims: ReadonlySet<number>): boolean {
  for (const pid of victims) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return victims.size === 0;
}
