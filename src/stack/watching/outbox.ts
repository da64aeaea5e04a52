import * as v from 'valibot';
import type {FileAttributes, Host} from '../../model/host.ts';
import {type Item, itemSchema} from '../../model/message.ts';

/** What could not be sent yet, for each way. */
const outboxFile = '/var/lib/jitsi-onebox/outbox.json';

const rootOnly: FileAttributes = {mode: 0o600, uid: 0, gid: 0};
/** A way that is broken for weeks must not fill the disk, and nobody reads more. */
const mostItems = 100;

const schema = v.object({v: v.literal(1), ways: v.record(v.string(), v.array(itemSchema))});

export type Outbox = Readonly<Record<string, readonly Item[]>>;

/** Reads what waits to be sent; nothing if the file is missing or broken. */
export async function readOutbox({files}: Host): Promise<Outbox> {
  const text = await files.read(outboxFile).catch(() => undefined);
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return success ? output.ways : {};
}

/** Writes what waits to be sent; no file means nothing. */
export async function writeOutbox({files}: Host, outbox: Outbox): Promise<void> {
  const ways = Object.fromEntries(Object.entries(outbox).filter(([, items]) => items.length > 0));
  if (Object.keys(ways).length > 0)
    await files.write(outboxFile, `${JSON.stringify({v: 1, ways}, undefined, 2)}\n`, rootOnly);
  else if (await files.stat(outboxFile)) await files.remove(outboxFile);
}

/** Adds to what waits on each of some ways. What waits on a way that is set no more is dropped, and the oldest of too many. */
export function queue(outbox: Outbox, ways: readonly string[], items: readonly Item[]): Outbox {
  return Object.fromEntries(ways.map(way => [way, [...(outbox[way] ?? []), ...items].slice(-mostItems)]));
}
