import {exits, version} from '../model/program.ts';
import {type CommandContext, formatJson, type Print} from './context.ts';

/** `self-test`: checks that every part loads and other programs can be started. An update runs it before it switches over. */
export async function testSelf(
  {machine, invocation}: CommandContext,
  print: Print,
  loadAll: () => Promise<unknown>,
): Promise<number> {
  await loadAll();
  const {exitCode} = await machine.host.query({argv: ['true']});
  if (exitCode !== 0) throw new Error(`/bin/true exited with ${exitCode}.`);
  print(invocation.json ? formatJson({version, isComplete: true}) : `jitsi-onebox ${version} is complete.`);
  return exits.done;
}
