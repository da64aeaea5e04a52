import {openJournal} from './engine/journal.ts';
import {carryOut} from './engine/worker.ts';
import {exits} from './exit-codes.ts';
import {goHome} from './home.ts';
import {keepOriginals} from './host/keeping.ts';
import type {Facts} from './model/facts.ts';
import type {Plan} from './model/plan.ts';
import {describeError, Problem} from './model/problem.ts';
import type {Draft} from './model/settings/draft.ts';
import {addAnswers} from './model/settings/gather.ts';
import {askAgain, askFor} from './model/settings/questions.ts';
import type {Decision, Errand, Ui} from './model/ui.ts';
import {withProbe} from './probe.ts';
import {drawOrTell, type Proposed, propose, saveCopy} from './propose.ts';
import type {Recording} from './recording.ts';
import {rehearse} from './rehearsal.ts';
import {reportOn} from './report.ts';
import {type Stack, sketchMap} from './stack/index.ts';
import {look, lookQuietly, readDraft, type Scene} from './survey.ts';
import {version} from './version.ts';

/** The story: look, ask, plan, review, apply, prove. Returns the exit status. */
export async function install(scene: Scene, ui: Ui): Promise<number> {
  const draft = await readDraft(scene);
  const isAtHome = isReconfiguring(scene, draft);
  const facts = isAtHome ? await lookQuietly(scene, draft) : await lookAround(scene, ui, draft);
  if (isAtHome && (await comeHome({scene, ui, draft, facts})) === 'quit') return exits.done;
  const proposal = await settle({scene, ui, draft, facts});
  if (!proposal?.stack || !proposal.isApproved) return leave(scene, proposal);
  const approved = {scene, ui, stack: proposal.stack, plan: proposal.plan};
  return scene.recording ? rehearsePlan(approved, scene.recording) : carryOutPlan(approved);
}

type Start = {readonly scene: Scene; readonly ui: Ui; readonly draft: Draft; readonly facts: Facts};

/** Where the stack cannot be drawn, the review tells the owner why. */
async function comeHome({scene, ui, draft, facts}: Start): Promise<Errand> {
  const stack = await drawOrTell(scene, draft, facts);
  return 'problem' in stack ? 'change' : goHome(scene, ui, stack);
}

type Proposal = Proposed & {readonly isApproved: boolean};

/** Asks and shows until the owner has decided on a plan; undefined when he left before there was one. */
async function settle({scene, ui, ...start}: Start): Promise<Proposal | undefined> {
  let {draft, facts} = start;
  let questions = isReconfiguring(scene, draft) ? askAgain(draft, facts) : askFor(draft, facts);
  for (;;) {
    const asked = questions.map(question => withProbe(question, facts, scene.recording));
    const answers = questions.length > 0 ? await ui.ask(asked, sketchMap(draft, facts)) : {};
    if (!answers) return undefined;
    draft = addAnswers(draft, answers);
    const {stack, plan} = await propose(scene, draft, facts);
    const decision = await decide({scene, ui, draft, stack, plan});
    if (decision === 'apply' || decision === 'quit') return {stack, plan, isApproved: decision === 'apply'};
    if (decision === 'again') facts = await lookAround(scene, ui, draft);
    questions = decision === 'again' ? [] : askAgain(draft, facts);
  }
}

async function decide({scene, ui, draft, stack, plan}: Proposed & Omit<Start, 'facts'>): Promise<Decision> {
  if (stack) ui.showMap(stack.map);
  checkExpectation(scene, plan);
  const hasNothingToShow = plan.changes.length === 0 && plan.problems.length === 0;
  return hasNothingToShow ? 'apply' : ui.review(plan, () => saveCopy(draft));
}

async function lookAround(scene: Scene, ui: Ui, draft: Draft): Promise<Facts> {
  const {findings, facts} = look(scene, draft);
  await ui.look(findings);
  return facts;
}

/** The bare command on a machine that has its settings: the owner came to change something. */
function isReconfiguring({invocation}: Scene, draft: Draft): boolean {
  return invocation.command === 'install' && draft.missing.length === 0 && !invocation.yes;
}

/** Something stands in the way, somebody went away, or nobody could be asked. */
function leave({invocation}: Scene, proposal: Proposal | undefined): number {
  if (proposal && proposal.plan.problems.length > 0) return exits.failed;
  if (process.stdin.isTTY || invocation.yes) return exits.stopped;
  throw new Problem({
    code: 'no-terminal',
    summary: 'There is no terminal to ask on.',
    remedy: 'Say everything beforehand: jitsi-onebox apply --settings FILE --yes.',
  });
}

function checkExpectation({invocation: {expect}}: Scene, {digest}: Plan): void {
  if (expect === undefined || expect === digest) return;
  throw new Problem({
    code: 'plan-changed',
    summary: `The plan is no longer the one that was approved: it has the digest ${digest}.`,
    remedy: 'Look at `jitsi-onebox plan` again and approve that.',
  });
}

type Approved = {readonly scene: Scene; readonly ui: Ui; readonly stack: Stack; readonly plan: Plan};

async function carryOutPlan({scene, ui, stack, plan}: Approved): Promise<number> {
  const {host, invocation} = scene;
  const journal = await openJournal();
  const stopping = new AbortController();
  const {events, ended} = carryOut({
    resources: stack.resources,
    checks: stack.checks,
    problems: stack.problems.map(describeError),
    host: keepOriginals(host, {runDirectory: journal.directory}),
    journal,
    signal: stopping.signal,
    approvedDigest: plan.digest,
    command: 'apply',
    version,
    by: process.env.SUDO_USER ?? process.env.USER ?? 'root',
  });
  const run = await ui.watch(events, () => stopping.abort('the owner'));
  const {exit, problems} = await ended;
  if (problems.length > 0) await ui.tell(problems);
  if (!invocation.json) await ui.report(reportOn({run, stack, exit, journal: journal.path}));
  return exit;
}

/** Shows what carrying out a plan would be like: on a recorded machine nothing can be changed. */
async function rehearsePlan({ui, stack, plan}: Approved, {props}: Recording): Promise<number> {
  const stopping = new AbortController();
  const run = await ui.watch(rehearse(plan, stack.checks, props, stopping.signal), () => stopping.abort());
  const exit = run.exit ?? exits.failed;
  await ui.report(reportOn({run, stack, exit}));
  return exit;
}
