import {describe, expect, test} from 'vitest';
import {makePlan} from '../../src/engine/plan.ts';
import {runSteps} from '../../src/engine/schedule.ts';
import type {Host} from '../../src/model/host.ts';
import type {Resource} from '../../src/model/resource.ts';
import type {Recorder, Snapshot} from '../../src/model/snapshot.ts';
import {drawUndo} from '../../src/undo/draw.ts';
import type {MemoryHost} from '../fakes/memory-host.ts';
import {createWorld, type World} from '../fakes/world.ts';
import type {KindCase} from './kind-case.ts';
import {kinds} from './kinds.ts';

type Machine = ReturnType<typeof createWorld>;

/** Makes a store in memory that holds the first snapshot of each thing. */
function createStore(): {readonly snapshots: Snapshot[]; readonly record: Recorder} {
  const snapshots: Snapshot[] = [];
  const isKnown = (one: Snapshot) => snapshots.some(({thing, name}) => thing === one.thing && name === one.name);
  return {
    snapshots,
    async record(more) {
      for (const each of more) if (!isKnown(each)) snapshots.push(structuredClone(each));
    },
  };
}

/** Makes a host that dies after a number of changes; each change takes a second. */
function mortal(host: MemoryHost, lifetime: number): Host {
  let left = lifetime;
  const change = <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) => {
    return async (...args: Args) => {
      if (left-- <= 0) throw new Error('killed');
      host.clock += 1000;
      return act(...args);
    };
  };
  const {files, docker} = host;
  return {
    query: host.query,
    now: host.now,
    run: change(host.run),
    files: {
      ...files,
      write: change(files.write),
      setAttributes: change(files.setAttributes),
      makeDirectory: change(files.makeDirectory),
      link: change(files.link),
      remove: change(files.remove),
    },
    docker: {...docker, pull: change(docker.pull)},
  };
}

type Application = {readonly resources: readonly Resource[]; readonly lifetime?: number};

/** Applies resources as a run does, and returns its snapshots and outcomes. */
async function applyAll({host}: Machine, {resources, lifetime = 1000}: Application) {
  const store = createStore();
  const {changes, problems} = await makePlan({resources, host});
  expect(problems).toEqual([]);
  const steps = {changes, resources, host: mortal(host, lifetime), emit: () => {}, record: store.record};
  const outcomes = await runSteps({...steps, signal: new AbortController().signal});
  return {snapshots: store.snapshots, outcomes: [...outcomes.values()]};
}

function undo({host}: Machine, snapshots: readonly Snapshot[]): readonly Resource[] {
  const path = '/srv/jitsi/compose.yaml';
  const composeFile = host.tree.get(path)?.content;
  return drawUndo({
    aim: 'undo',
    snapshots,
    removesPackages: true,
    others: {nginx: false, docker: false, lineages: []},
    composeFiles: composeFile === undefined ? {} : {[path]: composeFile},
  });
}

/** Returns the state of a machine, without times. */
function describeMachine({host, ...machine}: Machine) {
  const world = structuredClone(machine.world);
  const tree = [...host.tree].map(([path, {modified: _, ...entry}]) => [path, entry] as const);
  const units = Object.entries(world.units)
    .filter(([name, {made}]) => !made || host.tree.has(`/etc/systemd/system/${name}`))
    .map(([name, {enabled, active, text}]) => ({name, enabled, active, text: active ? text : undefined}));
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  const rules = Object.entries(world.rules).filter(([, each]) => each.length > 0);
  const {users, ports, packages, images, containers, networks} = world;
  return {
    tree: Object.fromEntries(tree.sort(([one], [other]) => (one < other ? -1 : 1))),
    world: {
      containers,
      networks,
      tables: [...world.tables],
      units,
      rules,
      users: sorted(users),
      ports: sorted(ports),
      packages: sorted(packages),
      images: sorted(images),
    },
  };
}

const create = ({world, files}: KindCase) => createWorld(world as Partial<World>, files);

/** Counts the changes that applying resources makes. */
async function countChanges(machine: Machine, resources: readonly Resource[]): Promise<number> {
  const before = machine.host.changes.length;
  await applyAll(machine, {resources});
  return machine.host.changes.length - before;
}

describe.each(kinds)('$name', kind => {
  test('is undone, restored by an undo of the undo, and undone again', async () => {
    const machine = create(kind);
    const before = describeMachine(machine);
    const applied = await applyAll(machine, {resources: kind.resources});
    expect(applied.outcomes).toContain('changed');
    const after = describeMachine(machine);
    expect(after, 'something changed').not.toEqual(before);
    const undone = await applyAll(machine, {resources: undo(machine, applied.snapshots)});
    expect(undone.outcomes).not.toContain('failed');
    expect(describeMachine(machine)).toEqual(before);
    const redone = await applyAll(machine, {resources: undo(machine, undone.snapshots)});
    expect(describeMachine(machine)).toEqual(after);
    await applyAll(machine, {resources: undo(machine, redone.snapshots)});
    expect(describeMachine(machine)).toEqual(before);
  });

  test('records every path that it changes', async () => {
    const machine = create(kind);
    const paths = describeMachine(machine).tree;
    const {snapshots} = await applyAll(machine, {resources: kind.resources});
    const now = describeMachine(machine).tree;
    const changed = [...new Set([...Object.keys(paths), ...Object.keys(now)])].filter(
      path => JSON.stringify(paths[path]) !== JSON.stringify(now[path]) && !path.startsWith('/proc/'),
    );
    const recorded = snapshots.filter(({thing}) => ['path', 'copy', 'lines'].includes(thing)).map(({name}) => name);
    expect(changed.filter(path => !recorded.some(each => path === each || path.startsWith(`${each}/`)))).toEqual([]);
  });

  test('recovers when the run or its undo is killed at any change', async () => {
    const before = describeMachine(create(kind));
    const total = await countChanges(create(kind), kind.resources);
    for (let lifetime = 0; lifetime < total; lifetime++) {
      const machine = create(kind);
      const killed = await applyAll(machine, {resources: kind.resources, lifetime});
      const {snapshots} = await applyAll(machine, {resources: kind.resources});
      const store = createStore();
      await store.record([...killed.snapshots, ...snapshots]);
      const undoing = undo(machine, store.snapshots);
      for (let left = 0; left < 3; left++) await applyAll(machine, {resources: undoing, lifetime: left});
      await applyAll(machine, {resources: undo(machine, store.snapshots)});
      expect(describeMachine(machine), `killed after ${lifetime} of ${total}`).toEqual(before);
    }
  });
});
