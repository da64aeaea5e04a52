import {readdir, readFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';

/** The last of a chain of processes, each the only child of the one before: the program behind the commands that lead to it. */
export async function findLastChild(pid: number): Promise<number> {
  const [child] = await listChildren(pid);
  return child === undefined ? pid : findLastChild(child);
}

async function listChildren(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = threads.map(thread => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8'));
  return (await Promise.all(lists)).flatMap(list => list.split(' ').filter(Boolean).map(Number));
}

/** How much of one processor a process takes from now on, until it ends or a condition holds. */
export async function measureProcessor(pid: number, isOver: () => boolean): Promise<number> {
  const [started, before] = [Date.now(), await readUsed(pid)];
  let share = 0;
  while (!isOver()) {
    await sleep(500);
    const used = await readUsed(pid).catch(() => undefined);
    if (used === undefined) return share;
    share = (used - before) / (Date.now() - started);
  }
  return share;
}

/** Milliseconds that a process has spent on a processor, in its own code and in the kernel. */
async function readUsed(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
