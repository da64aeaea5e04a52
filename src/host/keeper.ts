import {createHash} from 'node:crypto';
import {access, mkdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {replaceFile} from './replace-file.ts';

/** How a thing was before a change: undo and uninstall put it back from this. */
export type KeptState =
  | {readonly type: 'absent'}
  | {
      readonly type: 'file';
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly modified: number;
    }
  | {readonly type: 'directory'; readonly mode: number; readonly uid: number; readonly gid: number}
  | {readonly type: 'link'; readonly target: string}
  | {readonly type: 'other'; readonly mode: number; readonly uid: number; readonly gid: number}
  | {readonly type: 'unit'; readonly enabled: string; readonly active: string}
  | {readonly type: 'value'; readonly value: string};

export type KeptThing = 'path' | 'package' | 'unit' | 'user' | 'sysctl';

/** One record: a JSON file in a store. `content` names the file beside it that holds a file's bytes. */
export type KeptEntry = {
  readonly v: 1;
  readonly thing: KeptThing;
  readonly name: string;
  readonly kept: string;
  readonly was: KeptState;
  readonly content?: string;
};

/** What is seen of a thing right now. */
export type Sight = {readonly was: KeptState; readonly bytes?: Uint8Array};

/** Records how a thing is, once for each store: the first record stands for good. */
export type Keep = (thing: KeptThing, name: string, look: () => Promise<Sight>) => Promise<void>;

const mine = {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mode: 0o600};

/** Makes the keeper of some stores, which are directories that only root may enter. */
export function createKeeper(stores: readonly string[]): Keep {
  // By record: two steps that are about to change the same thing at the same time share one look at it.
  const kept = new Map<string, Promise<void>>();
  return async (thing, name, look) => {
    for (const store of stores) {
      const entry = join(store, entryName(thing, name));
      const keeping = kept.get(entry) ?? recordOnce({entry, thing, name, look});
      kept.set(entry, keeping);
      await keeping;
    }
  };
}

type Task = {readonly entry: string; readonly thing: KeptThing; readonly name: string; look(): Promise<Sight>};

async function recordOnce(task: Task): Promise<void> {
  if (!(await isThere(`${task.entry}.json`))) await record(task);
}

/** The record comes last: content without one is a leftover of a run that died, and is written again. */
async function record({entry, thing, name, look}: Task): Promise<void> {
  await mkdir(join(entry, '..'), {recursive: true, mode: 0o700});
  const {was, bytes} = await look();
  if (bytes) await replaceFile(`${entry}.content`, bytes, mine);
  const content = bytes && {content: `${basename(entry)}.content`};
  const kept: KeptEntry = {v: 1, thing, name, kept: new Date().toISOString(), was, ...content};
  await replaceFile(`${entry}.json`, `${JSON.stringify(kept, undefined, 2)}\n`, mine);
}

/** The end of the name is for those who look into a store by hand. */
function entryName(thing: KeptThing, name: string): string {
  const hash = createHash('sha256').update(`${thing}:${name}`).digest('hex').slice(0, 16);
  const end = basename(name)
    .replace(/[^\w.@-]/g, '_')
    .slice(0, 100);
  return `${thing}-${hash}-${end}`;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
