import type {ProblemCode} from '../model/catalogue.ts';
import {countLooks} from '../model/look.ts';
import type {Look} from '../model/plan.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {Answers} from '../model/question.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {keys} from '../model/settings/keys.ts';
import {renderLooks} from '../plain/render.ts';
import {planStack} from '../runs/survey.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print} from './context.ts';

/** Values in place of settings that cannot be used, to look at everything else. */
const standIns: Readonly<Partial<Record<ProblemCode, Answers>>> = {
  'address-unknown': {'address.public': '198.51.100.1', 'address.local': '192.168.0.2'},
  'subnet-taken': {'stack.subnet': 'auto'},
};

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
  let thrown: Problem | undefined;
  const stack = await drawStackFor({machine, ...context}, draft, facts).catch((error: unknown) => {
    const instead = error instanceof Problem ? standIns[error.code] : undefined;
    if (!(error instanceof Problem) || instead === undefined) throw error;
    thrown = error;
    return drawStackFor({machine, ...context}, addAnswers(draft, instead), facts);
  });
  // The names of examples are those of others: the DNS is not asked about them.
  const hasNoAddress = thrown?.code === 'address-unknown';
  const dns = isMissing ? {lookUp: async () => [stack.blueprint.publicAddress], lookUpCaa: async () => []} : {};
  const problems = [...(thrown ? [thrown] : []), ...stack.problems];
  const {looks = []} = await planStack({...machine, ...dns}, {...stack, problems});
  const missing = given.missing.map(key => `--set ${key}=VALUE`).join(' ');
  if (isMissing)
    return looks.map(look => without(hideExamples(look, given.missing), withoutName, `not set yet: ${missing}`));
  return hasNoAddress ? looks.map(look => without(look, withoutAddress, 'the public address is not known')) : looks;
}

const exampleOf = (key: string) => [key, keys.get(key)?.example ?? ''] as const;

/** Words for a domain that is not set yet: the example is the program's. */
const unnamed = [
  ['domain', 'the domain'],
  ['turn.domain', 'the domain of the relay'],
] as const;

function hideExamples(look: Look, missing: readonly string[]): Look {
  const hidden = unnamed.filter(([key]) => missing.includes(key));
  const hide = (text: string) =>
    hidden.reduce((shown, [key, words]) => shown.replaceAll(exampleOf(key)[1], words), text);
  return {...look, subject: hide(look.subject), title: hide(look.title)};
}

const withoutName = ['name-elsewhere', 'caa-forbids', 'certificate-owned'];
const withoutAddress = ['name-elsewhere', 'name-differs-here'];

/** Says of what could not be looked at why. */
function without(look: Look, codes: readonly string[], saw: string): Look {
  return codes.includes(look.code) ? {...look, state: 'unknown', saw, findings: []} : look;
}
