import {exits} from '../model/exit-codes.ts';
import {version} from '../model/version.ts';
import type {Scene} from '../runs/survey.ts';

/** `self-test`: whether every part loads and other programs can be started, before an installation switches to this one. */
export async function testSelf({host}: Scene, print: (text: string) => void): Promise<number> {
  await Promise.all([
    import('./install.ts'),
    import('./undo.ts'),
    import('../runs/work.ts'),
    import('../tui/open.tsx'),
  ]);
  const {exitCode} = await host.query({argv: ['true']});
  if (exitCode !== 0) throw new Error(`/bin/true ended with ${exitCode}.`);
  print(`jitsi-onebox ${version} is whole.`);
  return exits.done;
}
