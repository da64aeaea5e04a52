import type {Host} from '../../model/host.ts';
import {version} from '../../model/program.ts';
import {programDirectory} from '../names.ts';

/** A version of the program that install.sh left again, since a check of the server failed with it. */
export type Refusal = {readonly version: string; readonly day: string};

/** Reads which version was refused here; undefined if there is none, or if it is in use by now. */
export async function readRefusal({files}: Host): Promise<Refusal | undefined> {
  const text = await files.read(`${programDirectory}/refused`).catch(() => undefined);
  const [, refused = '', day = ''] = (text ?? '').split('\n');
  return refused === '' || refused === version ? undefined : {version: refused, day};
}

/** Says in a sentence that a version was refused; undefined if there is none. */
export async function describeRefusal(host: Host): Promise<string | undefined> {
  const refusal = await readRefusal(host);
  return (
    refusal &&
    `Version ${refusal.version} of jitsi-onebox failed a check of this server on ${refusal.day}, so ${version} stays in use. Install it anyway: sudo jitsi-onebox self-update`
  );
}
