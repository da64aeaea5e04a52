import {factsToJson} from '../model/facts-json.ts';
import {exits} from '../model/program.ts';
import {renderFacts} from '../plain/render.ts';
import {type CommandContext, detectFacts, type Print, readDraft} from './context.ts';

/** `detect`: shows what was detected about this machine and its network. */
export async function showFacts(context: CommandContext, print: Print): Promise<number> {
  const facts = await detectFacts(context, await readDraft(context));
  print(context.invocation.json ? factsToJson(facts) : renderFacts(facts));
  return exits.done;
}
