import type {Resource} from '../model/resource.ts';

/** Puts every resource after all it needs and else leaves the given order alone, so that long poles listed first start first. */
export function orderByNeeds(resources: readonly Resource[]): Resource[] {
  refuseUnknown(resources);
  const ordered: Resource[] = [];
  const placed = new Set<string>();
  let waiting = [...resources];
  while (waiting.length > 0) {
    const next = waiting.find(({needs}) => needs.every(need => placed.has(need)));
    if (!next) throw new Error(`These resources need each other in a circle: ${waiting.map(({id}) => id).join(', ')}`);
    ordered.push(next);
    placed.add(next.id);
    waiting = waiting.filter(resource => resource !== next);
  }
  return ordered;
}

function refuseUnknown(resources: readonly Resource[]): void {
  const ids = new Set(resources.map(({id}) => id));
  if (ids.size < resources.length) {
    const twice = resources.map(({id}) => id).filter((id, index, all) => all.indexOf(id) !== index);
    throw new Error(`More than one resource is called ${twice.join(', ')}`);
  }
  for (const {id, needs} of resources) {
    const missing = needs.filter(need => !ids.has(need));
    if (missing.length > 0) throw new Error(`${id} needs what is not there: ${missing.join(', ')}`);
  }
}

/**
 * What of `steps` each of them has to wait for. A need that is no step itself (it is as it should be) hands on what it needs:
 * the order holds through it.
 */
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

/** Everything that each resource needs, through whatever number of others. */
export function findAllNeeds(ordered: readonly Resource[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, ReadonlySet<string>>();
  for (const {id, needs} of ordered) all.set(id, new Set(needs.flatMap(need => [need, ...(all.get(need) ?? [])])));
  return all;
}
