import {attach, attend} from './attend.ts';
import {findGoingRun, refuseRun} from './engine/going.ts';
import {launchRun} from './engine/launch.ts';
import {exits} from './exit-codes.ts';
import type {Facts} from './model/facts.ts';
import {factsToJson} from './model/facts-json.ts';
import type {Plan} from './model/plan.ts';
import {Problem} from './model/problem.ts';
import type {Draft} from './model/settings/draft.ts';
import {addAnswers} from './model/settings/gather.ts';
import {askAgain, askFor} from './model/settings/questions.ts';
import {writeSettings} from './model/settings/write.ts';
import type {Ui} from './model/ui.ts';
import type {Stack} from './stack/index.ts';
import {look, planStack, readDraft, type Scene, survey} from './survey.ts';

/** The story: look, ask, plan, review, apply, prove. Returns the exit status. */
export async function install(scene: Scene, ui: Ui): Promise<number> {
  const {host, invocation} = scene;
  if (invocation.command === 'install' && (await findGoingRun(host))) return attach(scene, ui);
  await refuseRun(host);
  const draft = await readDraft(scene);
  const facts = await lookAround(scene, ui, draft);
  const proposal = await settle({scene, ui, draft, facts});
  return proposal?.isApproved ? carryOutPlan({scene, ui, ...proposal}) : leave(proposal);
}

type Proposal = {
  readonly draft: Draft;
  readonly facts: Facts;
  readonly stack: Stack;
  readonly plan: Plan;
  readonly isApproved: boolean;
};

/** Asks and shows until the owner has decided on a plan; undefined when he left before there was one. */
async function settle({
  scene,
  ui,
  facts,
  ...start
}: {
  scene: Scene;
  ui: Ui;
  draft: Draft;
  facts: Facts;
}): Promise<Proposal | undefined> {
  let {draft} = start;
  let questions = isReconfiguring(scene, draft) ? askAgain(draft, facts) : askFor(draft, facts);
  for (;;) {
    // Who consented beforehand is asked nothing: what is missing then is a fault, and the settings tell it.
    const answers = questions.length > 0 && !scene.invocation.yes ? await ui.ask(questions) : {};
    if (!answers) return undefined;
    draft = addAnswers(draft, answers);
    const stack = await survey(scene, draft, facts);
    const plan = await planStack(scene.host, stack);
    checkExpectation(scene, plan);
    const hasNothingToShow = plan.changes.length === 0 && plan.problems.length === 0;
    const decision = hasNothingToShow ? 'apply' : await ui.review(plan);
    if (decision !== 'change') return {draft, facts, stack, plan, isApproved: decision === 'apply'};
    questions = askAgain(draft, facts);
  }
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

/** The exit status where nothing was carried out: something stands in the way, or the owner went away. */
function leave(proposal: Proposal | undefined): number {
  return proposal && proposal.plan.problems.length > 0 ? exits.failed : exits.stopped;
}

function checkExpectation({invocation: {expect}}: Scene, {digest}: Plan): void {
  if (expect === undefined || expect === digest) return;
  throw new Problem({
    code: 'plan-changed',
    summary: `The plan is no longer the one that was approved: it has the digest ${digest}.`,
    remedy: 'Look at `jitsi-onebox plan` again and approve that.',
  });
}

/** Leaves the work to a process that outlives this terminal, and watches it. */
async function carryOutPlan({
  scene,
  ui,
  draft,
  facts,
  stack,
  plan,
}: Proposal & {scene: Scene; ui: Ui}): Promise<number> {
  const {host, invocation} = scene;
  const files = await launchRun({
    host,
    program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
    request: {
      command: 'apply',
      settings: writeSettings(draft),
      facts: factsToJson(facts),
      takeOver: invocation.takeOver,
      digest: plan.digest,
      by: process.env.SUDO_USER ?? process.env.USER ?? 'root',
    },
  });
  return attend({scene, ui, files, stack});
}
