import {countLooks, type Look} from '../model/look.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {Answers} from '../model/question.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {keys} from '../model/settings/keys.ts';
import {renderLooks} from '../plain/render.ts';
import {planStack} from '../runs/survey.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print} from './context.ts';

/** Addresses for a look at everything else where none could be detected. */
const standIns: Answers = {'address.public': '198.51.100.1', 'address.local': '192.168.0.2'};

/** `doctor` before an installation: shows everything that is looked at before the first change, side by side. */
export async function showBefore(context: CommandContext, print: Print, draft: Draft): Promise<number> {
  const looks = await lookAround(context, draft);
  const counts = countLooks(looks);
  print(context.invocation.json ? formatJson({looks, counts}) : renderLooks(looks));
  return counts.problem > 0 ? exits.failed : exits.done;
}

async function lookAround({machine, ...context}: CommandContext, given: Draft): Promise<readonly Look[]> {
  const isMissing = given.missing.length > 0;
  const draft = isMissing ? addAnswers(given, Object.fromEntries(given.missing.map(exampleOf))) : given;
  const facts = await detectFacts({machine, ...context}, draft);
  const draw = (known: Draft) => drawStackFor({machine, ...context}, known, facts);
  let thrown: Problem | undefined;
  const stack = await draw(draft).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'address-unknown') throw error;
    thrown = error;
    return draw(addAnswers(draft, standIns));
  });
  // The names of examples are those of others: the DNS is not asked about them.
  const dns = isMissing ? {lookUp: async () => [stack.blueprint.publicAddress], lookUpCaa: async () => []} : {};
  const problems = [...(thrown ? [thrown] : []), ...stack.problems];
  const {looks = []} = await planStack({...machine, ...dns}, {...stack, problems});
  return isMissing ? looks.map(withoutNames) : looks;
}

const exampleOf = (key: string) => [key, keys.get(key)?.example ?? ''] as const;

/** Says that a name was not looked at, where none is set yet. */
function withoutNames(look: Look): Look {
  if (!['name-elsewhere', 'caa-forbids', 'certificate-owned'].includes(look.code)) return look;
  return {
    ...look,
    state: 'unknown',
    saw: 'no domain is set yet: --set domain=NAME --set turn.domain=NAME',
    findings: [],
  };
}
