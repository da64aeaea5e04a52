import * as v from 'valibot';
import type {Host} from '../../model/host.ts';
import {publicFile} from '../../resources/path.ts';

/** What a browser outside downloads at most, in bytes: 10 Mbit/s take six seconds for it. */
export const mostBytes = 8_000_000;
/** With less, the start of a connection counts more than the line. */
const leastBytes = 250_000;

/** The last measurement of what the line sends. */
const lineFile = '/var/lib/jitsi-onebox/line.json';

const line = v.object({
  v: v.literal(1),
  /** When it was measured, ISO 8601 in UTC. */
  measured: v.string(),
  /** At least so much was sent, in Mbit/s. */
  uplink: v.pipe(v.number(), v.minValue(0.1)),
});

export type MeasuredLine = Readonly<v.InferOutput<typeof line>>;

/** Reads the last measurement; undefined if there is none, or if the file is broken. */
export async function readLine({files}: Host): Promise<MeasuredLine | undefined> {
  const text = await files.read(lineFile).catch(() => undefined);
  const {success, output} = v.safeParse(v.pipe(v.string(), v.parseJson(), line), text);
  return success ? output : undefined;
}

/** Writes a measurement down. */
export async function writeLine(host: Host, uplink: number): Promise<void> {
  const measured = new Date(host.now()).toISOString();
  await host.files.write(lineFile, `${JSON.stringify({v: 1, measured, uplink}, undefined, 2)}\n`, publicFile);
}

/** Returns the Mbit/s of a download, from the path with which the page reports it: `/line/BYTES/MILLISECONDS`. */
export function readRate(path: string): number | undefined {
  const [, bytes, time] = /^\/line\/(\d{1,7})\/(\d{1,6})$/.exec(path) ?? [];
  const [size, milliseconds] = [Number(bytes), Number(time)];
  if (!(size >= leastBytes && size <= mostBytes && milliseconds > 0)) return undefined;
  return Math.max(0.1, Math.round((size * 8) / milliseconds / 100) / 10);
}
