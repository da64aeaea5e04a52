import type {Resource} from '../model/resource.ts';

/** Sorts resources so that each comes after those it needs; the given order is kept otherwise, so long steps can start first. */
export function orderByNeeds(resources: readonly Resource[]): Resource[] {
  refuseUnknown(resources);
  const ordered: Resource[] = [];
  const placed = new Set<string>();
  let waiting = [...resources];
  while (waiting.length > 0) {
    const next = waiting.find(({needs}) => needs.every(need => placed.has(need)));
    if (!next) throw new Error(`These resources need each other in a cycle: ${waiting.map(({id}) => id).join(', ')}`);
    ordered.push(next);
    placed.add(next.id);
    waiting = waiting.filter(resource => resource !== next);
  }
  refuseClashes(ordered);
  return ordered;
}

/** Two steps that write the same path must not be applied at the same time. */
function refuseClashes(ordered: readonly Resource[]): void {
  const allNeeds = findAllNeeds(ordered);
  const writers = new Map<string, string[]>();
  for (const {id, writes = []} of ordered) {
    for (const path of writes) {
      const earlier = writers.get(path) ?? [];
      const clash = earlier.find(other => !allNeeds.get(id)?.has(other));
      if (clash !== undefined) throw new Error(`${clash} and ${id} write ${path}, but neither needs the other`);
      writers.set(path, [...earlier, id]);
    }
  }
}

function refuseUnknown(resources: readonly Resource[]): void {
  const ids = new Set(resources.map(({id}) => id));
  if (ids.size < resources.length) {
    const twice = resources.map(({id}) => id).filter((id, index, all) => all.indexOf(id) !== index);
    throw new Error(`More than one resource is called ${twice.join(', ')}`);
  }
  for (const {id, needs} of resources) {
    const missing = needs.filter(need => !ids.has(need));
    if (missing.length > 0) throw new Error(`${id} needs unknown resources: ${missing.join(', ')}`);
  }
}

/** Finds the steps that each step waits for. A need without differences is no step, so what it needs takes its place. */
export function findWaits(
  resources: readonly Resource[],
  steps: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const waits = new Map<string, readonly string[]>();
  for (const {id, needs} of orderByNeeds(resources)) {
    waits.set(id, [...new Set(needs.flatMap(need => (steps.has(need) ? [need] : (waits.get(need) ?? []))))]);
  }
  return waits;
}

/** Finds everything that each resource needs, directly or through others. */
export function findAllNeeds(ordered: readonly Resource[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, ReadonlySet<string>>();
  for (const {id, needs} of ordered) all.set(id, new Set(needs.flatMap(need => [need, ...(all.get(need) ?? [])])));
  return all;
}
