import fc from 'fast-check';
import {expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {runSteps} from '../../src/engine/schedule.ts';
import type {EventBody, StepOutcome} from '../../src/model/event.ts';
import type {Lock} from '../../src/model/resource.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {createToy, passTurns, type Toy} from '../fakes/toy-resource.ts';

type Sketch = {needs: number[]; locks: Lock[]; turns: number; fate: 'converges' | 'fails' | 'is fine'};

const sketches = fc.array(
  fc.record<Sketch>({
    needs: fc.array(fc.nat(), {maxLength: 3}),
    locks: fc.subarray<Lock>(['apt', 'certbot', 'compose']),
    turns: fc.nat({max: 3}),
    fate: fc.constantFrom('converges', 'converges', 'converges', 'fails', 'is fine'),
  }),
  {minLength: 1, maxLength: 14},
);

test('any graph: every step ends once, needs first, no lock held twice, a failure skips its descendants and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(sketches, async drawn => {
      const held: Lock[] = [];
      const faults: string[] = [];
      const toys: Toy[] = [];
      for (const [index, {needs, locks, turns, fate}] of drawn.entries()) {
        const before = index === 0 ? [] : [...new Set(needs.map(need => String(need % index)))];
        toys.push(
          createToy(String(index), {
            needs: before,
            locks,
            isApplied: fate === 'is fine',
            async apply() {
              faults.push(
                ...before.filter(need => !toys[Number(need)]?.isApplied).map(need => `${index} before ${need}`),
              );
              faults.push(...locks.filter(lock => held.includes(lock)));
              held.push(...locks);
              await passTurns(turns);
              for (const lock of locks) held.splice(held.indexOf(lock), 1);
              if (fate === 'fails') throw new Error('It fails.');
            },
          }),
        );
      }
      const events: EventBody[] = [];
      const emit = (body: EventBody) => events.push(body);
      const host = createMemoryHost();
      const {changes} = await makePlan({resources: toys, host});
      const {signal} = new AbortController();
      const outcomes = Object.fromEntries(await runSteps({changes, resources: toys, host, emit, signal}));
      const finished = events.filter(event => event.type === 'step-finished');
      expect(faults).toEqual([]);
      const planned = toys.filter((_, index) => drawn[index]?.fate !== 'is fine').map(({id}) => id);
      expect(finished.map(({step}) => step).toSorted()).toEqual(planned.toSorted());
      expect(outcomes).toEqual(foretell(toys, drawn));
      for (const {outcome, cause} of finished)
        expect(outcome === 'skipped' ? outcomes[cause ?? ''] : cause).toBe(
          outcome === 'skipped' ? 'failed' : undefined,
        );
    }),
    {numRuns: 150},
  );
});

/** Returns the outcome that each step must have, worked out step by step. */
function foretell(toys: readonly Toy[], drawn: readonly Sketch[]): Record<string, StepOutcome> {
  const isBroken: boolean[] = [];
  const outcomes: Record<string, StepOutcome> = {};
  for (const [index, {needs}] of toys.entries()) {
    const isSkipped = needs.some(need => isBroken[Number(need)]);
    isBroken[index] = isSkipped || drawn[index]?.fate === 'fails';
    if (drawn[index]?.fate === 'is fine') continue;
    outcomes[index] = isSkipped ? 'skipped' : isBroken[index] ? 'failed' : 'changed';
  }
  return outcomes;
}
