import {findGoingRun, refuseRun} from '../engine/worker-unit.ts';
import type {Facts} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import {listUsableIpv6} from '../model/interfaces.ts';
import type {Machine} from '../model/machine.ts';
import type {Plan} from '../model/plan.ts';
import {describeError, Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import type {Question} from '../model/question.ts';
import type {ApplyRequest} from '../model/request.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {addAnswers} from '../model/settings/gather.ts';
import {askAgain, askFor} from '../model/settings/questions.ts';
import {writeSettings} from '../model/settings/write.ts';
import type {Decision, Purpose, SiteRequest, Ui} from '../model/ui.ts';
import {probeName} from '../network/names.ts';
import {approve} from '../runs/plan.ts';
import {planStack} from '../runs/survey.ts';
import {watchRun} from '../runs/watch.ts';
import {hasFreePort, type Stack, settingsPath, sketchMap} from '../stack/index.ts';
import {attach} from './attach.ts';
import {type CommandContext, detectFacts, drawStackFor, readDraft} from './context.ts';
import {backUpFromHome, openHome} from './home.ts';
import {demandSame, readKeptPlan} from './kept-plan.ts';
import {openFeed} from './logs.ts';
import {saveCopy} from './settings.ts';
import {openSiteDesk, withSite} from './site-desk.ts';
import {recover, undo, uninstall} from './undo.ts';
import {update} from './update.ts';
import {openDesk} from './users.ts';
import {readWait} from './wait-for-dns.ts';

/** `install` and `apply`: look, ask, plan, review, apply, prove. Returns the exit status. */
export async function install(opened: CommandContext, ui: Ui): Promise<number> {
  const {machine, invocation} = opened;
  const context = invocation.plan === undefined ? opened : {...opened, kept: await readKeptPlan(invocation.plan)};
  if (invocation.command === 'install' && (await findGoingRun(machine.host))) return attach(context, ui);
  await refuseRun(machine.host);
  const draft = await readDraft(context);
  const isInstalled = await isReconfiguring(context, draft);
  const facts = await detectFacts(context, draft, isInstalled ? undefined : ui);
  const purpose = isInstalled ? await askPurpose(context, ui, {draft, facts}) : undefined;
  const isFromHome = purpose === 'change';
  if (purpose !== undefined && !isFromHome) return leaveHome(context, ui, purpose);
  const decided = await decideOnPlan(context, ui, {draft, facts, isInstalled, isFromHome});
  if (!decided) return isFromHome ? install(opened, ui) : exits.stopped;
  const {isApproved, stack, plan} = decided;
  if (!isApproved || stack instanceof Problem) return plan.problems.length > 0 ? exits.failed : exits.stopped;
  const request = approve(requestFor(context, stack, decided), plan);
  return recover(context, ui, await watchRun(ui, await machine.start(request, plan, stack.checks)));
}

/** Returns whether the bare command was given on a machine with saved settings: the user wants to see or change the installation. */
async function isReconfiguring({invocation, machine}: CommandContext, draft: Draft): Promise<boolean> {
  const isAsked = invocation.command === 'install' && draft.missing.length === 0 && !invocation.yes;
  return isAsked && (await machine.host.files.read(settingsPath)) !== undefined;
}

type Known = {readonly draft: Draft; readonly facts: Facts};

/** A purpose for which the user leaves home. */
type Leaving = Exclude<Purpose, 'people' | 'logs' | 'sites'> | SiteRequest;

/** Shows the home screen. If the stack cannot be drawn there is none, and the review explains why. */
async function askPurpose(context: CommandContext, ui: Ui, known: Known): Promise<Leaving | undefined> {
  const stack = await drawOrExplain(context, known);
  if (stack instanceof Problem) return undefined;
  for (;;) {
    const purpose = await openHome(context, ui, stack);
    if (purpose === 'people') await ui.people(openDesk(context));
    else if (purpose === 'logs') await ui.logs(await openFeed(context));
    else if (purpose === 'sites') {
      const request = await ui.sites(openSiteDesk(context));
      if (request) return request;
    } else return purpose;
  }
}

/** Does what the user leaves home for; a change is a story of its own. */
async function leaveHome(context: CommandContext, ui: Ui, purpose: Exclude<Leaving, 'change'>): Promise<number> {
  if (typeof purpose === 'object') return install(await withSite(context, purpose), ui);
  switch (purpose) {
    case 'quit':
      return exits.done;
    case 'undo':
      return undo(context, ui);
    case 'uninstall':
      return uninstall(context, ui);
    case 'update':
      return update(context, ui);
    case 'backup':
      return backUpFromHome(context, ui);
  }
}

type Decided = Known & {readonly stack: Stack | Problem; readonly plan: Plan; readonly isApproved: boolean};

/** Asks, and shows the plan, until the user decides; returns undefined if they leave before there is a plan. */
async function decideOnPlan(
  context: CommandContext,
  ui: Ui,
  {draft, facts, isInstalled, isFromHome}: Known & {readonly isInstalled: boolean; readonly isFromHome: boolean},
): Promise<Decided | undefined> {
  let known = {draft, facts};
  let patience = readWait(context.invocation);
  let questions = isInstalled ? askAgain(draft, facts) : askFor(draft, facts);
  for (;;) {
    const answers = await askUser(context, ui, {...known, isFromHome}, questions);
    if (!answers) return undefined;
    known = {...known, draft: addAnswers(known.draft, answers)};
    const stack = await drawOrExplain(context, known);
    const plan = await planFor(context, stack, known.facts);
    const decision = await decide(context, ui, {...known, stack, plan}, patience);
    if (decision === 'apply' || decision === 'quit') return {...known, stack, plan, isApproved: decision === 'apply'};
    patience = undefined;
    if (decision === 'again') known = {...known, facts: await detectFacts(context, known.draft, ui)};
    questions = decision === 'change' ? askAgain(known.draft, known.facts) : [];
  }
}

/** Waits for the DNS or lets the user decide; with --wait-for-dns it waits first. */
async function decide(
  context: CommandContext,
  ui: Ui,
  planned: Known & Pick<Decided, 'stack' | 'plan'>,
  patience: number | undefined,
): Promise<Exclude<Decision, 'try'>> {
  const {stack, plan} = planned;
  // Recorded answers of the DNS never change.
  const isWrong = context.invocation.facts === undefined && plan.warnings.some(({code}) => code === 'name-elsewhere');
  if (stack instanceof Problem || !isWrong) return reviewAndTry(context, ui, {...planned, canWait: false});
  const decision = patience === undefined ? await reviewAndTry(context, ui, {...planned, canWait: true}) : 'wait';
  if (decision === 'wait') await (await import('./wait-for-dns.ts')).awaitNames(context, ui, stack.blueprint, patience);
  return decision;
}

/** Shows the plan, and again after every trial of the ports. On an installed host, its own programs hold them. */
async function reviewAndTry(
  context: CommandContext,
  ui: Ui,
  {facts, ...planned}: Known & Pick<Decided, 'stack' | 'plan'> & {readonly canWait: boolean},
): Promise<Exclude<Decision, 'try'>> {
  const canTry =
    context.invocation.facts === undefined && !(planned.stack instanceof Problem) && hasFreePort(planned.draft, facts);
  for (;;) {
    const decision = await review(context, ui, {...planned, canTry});
    if (decision !== 'try') return decision;
    await (await import('./try-ports.ts')).showPortTrial(context, ui, {draft: planned.draft, facts});
  }
}

/** Asks questions, except with --yes: a missing setting is then reported as a problem. */
async function askUser(
  {machine, invocation}: CommandContext,
  ui: Ui,
  {draft, facts, isFromHome}: Known & {readonly isFromHome: boolean},
  questions: readonly Question[],
): ReturnType<Ui['ask']> {
  if (questions.length === 0 || invocation.yes) return {};
  const {resolvers} = completeSettings(draft, {allowMissing: true}).detection;
  const probing = questions.map(question => withProbe(question, facts, {machine, resolvers}));
  return ui.ask(probing, sketchMap(draft, facts), isFromHome);
}

/** Adds a DNS lookup to a question for a domain; it runs while the user continues. */
function withProbe(
  question: Question,
  facts: Facts,
  {machine: {lookUp, lookUpOutside}, resolvers}: {machine: Machine; resolvers: readonly string[]},
): Question {
  const address = facts.publicAddress.value;
  if (address === undefined || !['domain', 'turn.domain'].includes(question.key)) return question;
  const doors = {lookUp, lookUpOutside: (name: string) => lookUpOutside(name, resolvers)};
  const target = {address, local: facts.localAddress.value, ipv6: listUsableIpv6(facts)};
  return {...question, probe: name => probeName(name, target, doors)};
}

/** Draws the stack, or returns the problem that only the user can solve. */
async function drawOrExplain(context: CommandContext, {draft, facts}: Known): Promise<Stack | Problem> {
  try {
    return await drawStackFor(context, draft, facts);
  } catch (error) {
    if (error instanceof Problem && error.code !== 'bad-settings') return error;
    throw error;
  }
}

const emptyPlan: Plan = {digest: '', changes: [], unchanged: [], unknown: [], problems: [], warnings: []};

/** Plans a stack. A stack that cannot be drawn has a plan that consists of the reason. */
async function planFor(context: CommandContext, stack: Stack | Problem, facts: Facts): Promise<Plan> {
  if (stack instanceof Problem) return {...emptyPlan, problems: [describeError(stack)]};
  const {machine} = context;
  const planInstalled = async () =>
    planStack(machine, await drawStackFor(context, await readDraft({...context, edit: undefined}), facts));
  return machine.subtractInstalled(await planStack(machine, stack), planInstalled);
}

async function review(
  {invocation, kept}: CommandContext,
  ui: Ui,
  {
    stack,
    plan,
    draft,
    ...offers
  }: Pick<Decided, 'stack' | 'plan' | 'draft'> & {readonly canTry: boolean; readonly canWait: boolean},
): Promise<Decision> {
  if (!(stack instanceof Problem)) ui.showMap(stack.map);
  if (invocation.expect !== undefined && invocation.expect !== plan.digest) throw planChanged(plan);
  if (kept && plan.problems.length === 0) demandSame(kept, plan);
  const hasNothingToShow = plan.changes.length === 0 && plan.problems.length === 0;
  return hasNothingToShow ? 'apply' : ui.review(plan, {save: () => saveCopy(draft), ...offers});
}

function planChanged({digest}: Plan): Problem {
  return new Problem({
    code: 'plan-changed',
    summary: `The plan is no longer the approved one: its digest is now ${digest}.`,
    remedy: 'Look at `jitsi-onebox plan` again and approve that.',
  });
}

/** Asks for the settings of a draft to be applied. */
export function requestFor({invocation, kept}: CommandContext, stack: Stack, {draft, facts}: Known): ApplyRequest {
  const {whenIdle, renew} = invocation;
  const {takeOver} = kept ?? invocation;
  return {
    command: 'apply',
    settings: writeSettings(draft),
    facts: factsToJson(facts),
    takeOver,
    whenIdle,
    ...(renew && {renew}),
    map: stack.map,
    address: `https://${stack.blueprint.domain}/`,
    forwards: stack.forwards,
  };
}
