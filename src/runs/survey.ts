import {makePlan} from '../engine/plan.ts';
import {createReadOnlyHost} from '../host/read-only.ts';
import type {Facts} from '../model/facts.ts';
import type {Host} from '../model/host.ts';
import type {Machine} from '../model/machine.ts';
import type {Plan} from '../model/plan.ts';
import {describeError, type ProblemReport} from '../model/problem.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {writeSettings} from '../model/settings/write.ts';
import {
  adoptEnvironment,
  chooseCompose,
  completePasswords,
  drawStack,
  findBrokenRestore,
  findFollowingFaults,
  findLeftProject,
  findMeetings,
  findSecretFaults,
  findSmallDisk,
  findUnreadableRoots,
  judgeLooks,
  listOrdered,
  listSubjects,
  type PasswordName,
  readBranding,
  readCertbotAccount,
  readFormerProject,
  readFormerVariables,
  readInUse,
  readTokenSecret,
  type Stack,
  type TakeOver,
  warnOfInterruption,
  warnOfLimits,
  warnOfNames,
  warnOfServices,
  warnOfSilence,
  withoutConsequences,
  withoutTakenEngine,
} from '../stack/index.ts';
import type {Assets} from '../stack/template.ts';

/** The base of a stack: a host, and the templates of this release. */
export type Ground = {readonly host: Host; readonly assets: Assets};

export type SurveyInput = {
  readonly draft: Draft;
  readonly facts: Facts;
  readonly takeOver: readonly TakeOver[];
  /** The passwords to renew. */
  readonly renew?: readonly PasswordName[] | undefined;
};

/** Draws the stack that settings and facts result in, with what this host has already: passwords, networks, containers. */
export async function survey(
  {host, assets}: Ground,
  {draft, facts: detected, takeOver, renew = []}: SurveyInput,
): Promise<Stack> {
  const facts = withoutTakenEngine(detected, takeOver);
  const settings = completeSettings(draft);
  const {directory} = settings.stack;
  const [inUse, branding, formerVariables, tokens, secretFaults, roots, env, accounts, faults, broken] =
    await Promise.all([
      readInUse(host, directory),
      readBranding(host, settings),
      readFormerVariables(host, {directory, takeOver, assets}),
      readTokenSecret(host, settings),
      findSecretFaults(host, settings),
      findUnreadableRoots(host, settings),
      unlessDenied(host.files.read(`${directory}/.env`)),
      unlessDenied(host.files.stat(`${directory}/storage/prosody/data`)),
      findFollowingFaults(host, settings),
      findBrokenRestore(host),
    ]);
  const former =
    takeOver.includes('compose') && inUse.foreignCompose !== undefined
      ? await readFormerProject(host, chooseCompose(directory, facts))
      : undefined;
  const left =
    takeOver.includes('compose') && !former ? await findLeftProject(host, chooseCompose(directory, facts)) : undefined;
  const passwords = completePasswords({
    env: former ? adoptEnvironment(env ?? '', former) : env,
    tokens,
    hasAccounts: accounts !== undefined,
    renew,
  });
  const document = writeSettings(draft);
  const known = {
    settings,
    document,
    facts,
    inUse,
    branding,
    passwords,
    assets,
    takeOver,
    former: former ?? left,
    formerVariables,
  };
  const stack = drawStack(known);
  return {
    ...stack,
    problems: [...stack.problems, ...(tokens?.problems ?? []), ...secretFaults, ...roots, ...faults, ...broken],
  };
}

/** Only root may read the passwords: for others the plan lists the files that hold them as unknown. */
function unlessDenied<T>(answer: Promise<T | undefined>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  });
}

type Sources = Pick<
  Machine,
  'host' | 'lookUp' | 'lookUpOutside' | 'lookUpCaa' | 'askStatus' | 'readLayers' | 'isListening'
>;

/** Compares the machine with a stack, through a host that can change nothing, and lists everything that was looked at. */
export async function planStack(
  {host, askStatus, readLayers, ...network}: Sources,
  {blueprint, facts, accepted, resources, problems, warnings, room}: Stack,
): Promise<Plan> {
  const readOnly = createReadOnlyHost(host);
  const plan = await makePlan({resources, host: readOnly, problems: problems.map(describeError)});
  const [interruption, names, silence, services, small] = await Promise.all([
    warnOfInterruption(plan.changes, () => findMeetings(readOnly, blueprint)),
    warnOfNames(plan.changes, blueprint, network, wanted => readCertbotAccount(readOnly, wanted)),
    warnOfSilence(blueprint, network),
    warnOfServices(plan.changes, blueprint, askStatus),
    findSmallDisk(plan.changes, room, {host: readOnly, readLayers}),
  ]);
  const limits = await warnOfLimits(listOrdered(plan.changes, blueprint), blueprint, readOnly);
  const found = [...(interruption ? [interruption] : []), ...names, ...silence, ...services, ...limits, ...warnings];
  const own = withoutConsequences(found);
  const seen = {
    problems: [...plan.problems, ...small.map(describeError)],
    warnings: [...own.map(describeError), ...plan.warnings],
    accepted,
  };
  const isOpen = ({code}: ProblemReport) => !accepted.some(each => each === code);
  return {
    ...plan,
    problems: seen.problems,
    warnings: seen.warnings.filter(isOpen),
    looks: judgeLooks(listSubjects({blueprint, facts, changes: plan.changes}), seen),
  };
}
