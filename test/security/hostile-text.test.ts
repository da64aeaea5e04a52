import {Script} from 'node:vm';
import {expect, test} from 'vitest';
import {makeAttacks, size} from './attacks.ts';
import {parsers} from './parsers.ts';

// Milliseconds of processor time: other tests may run at the same time.
const patience = 2000;

/** Runs a task, and ends it when it takes too long: an exponential expression would never return. */
function runLimited(task: () => unknown): unknown {
  Object.assign(globalThis, {task});
  return new Script('task()').runInThisContext({timeout: 10 * patience});
}

test.each(Object.entries(parsers))(
  `h3: ${size} hostile characters of %s are read in linear time`,
  async (_name, parser) => {
    const {sample, parse} = parser;
    const slow: string[] = [];
    for (const text of makeAttacks(sample)) {
      const started = process.cpuUsage();
      try {
        await runLimited(() => parse(text));
      } catch (error) {
        if (String(error).includes('timed out')) slow.push('endless');
      }
      const took = process.cpuUsage(started).user / 1000;
      if (took > patience)
        slow.push(`${Math.round(took)} ms: ${JSON.stringify(text.slice(0, 60))}…${JSON.stringify(text.slice(-40))}`);
    }
    expect(slow).toEqual([]);
  },
  120_000,
);
