import {type Invocation, readArguments} from './arguments.ts';
import {exitFor, exits} from './exit-codes.ts';
import {install} from './flow.ts';
import {renderHelp} from './help.ts';
import {readAssets} from './host/assets.ts';
import {createRealHost} from './host/real.ts';
import {showDiagnosis, showFacts, showPlan, showProofFromElsewhere, showSettings, showStatus} from './inspect.ts';
import {describeError, Problem} from './model/problem.ts';
import type {Ui} from './model/ui.ts';
import {openJsonUi} from './plain/json.ts';
import {openPlainUi} from './plain/open.ts';
import {renderProblem} from './plain/render.ts';
import type {Scene} from './survey.ts';
import {version} from './version.ts';

const inspections = {
  plan: showPlan,
  detect: showFacts,
  status: showStatus,
  doctor: showDiagnosis,
  check: showProofFromElsewhere,
  settings: showSettings,
};

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const invocation = readArguments(process.argv.slice(2));
  const {command} = invocation;
  if (invocation.version) print(version);
  else if (invocation.help) print(renderHelp(command));
  else if (command === 'install' || command === 'apply') return change(setScene(invocation));
  else {
    if (command === 'status' || command === 'doctor') demandRoot('look into every part of it');
    return inspections[command](setScene(invocation), print);
  }
  return exits.done;
}

function setScene(invocation: Invocation): Scene {
  return {invocation, host: createRealHost(), assets: readAssets(), signal: new AbortController().signal};
}

async function change(scene: Scene): Promise<number> {
  demandRoot('change this host');
  demandSomebody(scene.invocation);
  // What children make has to be readable for the services, whatever the caller's shell says.
  process.umask(0o022);
  const ui = await openUi(scene.invocation);
  try {
    return await install(scene, ui);
  } catch (error) {
    await ui.tell([describeError(error)]);
    return exitFor(error);
  } finally {
    await ui.close();
  }
}

function demandRoot(purpose: string): void {
  if (process.getuid?.() === 0) return;
  throw new Problem({
    code: 'not-root',
    summary: `Only root may ${purpose}.`,
    remedy: 'Run it with sudo: sudo jitsi-onebox. (`jitsi-onebox plan` and `check DOMAIN` need no root.)',
  });
}

/** Defaults are never taken silently: either somebody can be asked, or he consented beforehand. */
function demandSomebody({yes, json}: Invocation): void {
  if (yes || (process.stdin.isTTY && !json)) return;
  throw new Problem({
    code: 'no-terminal',
    summary: 'There is nobody to ask: standard input is no terminal, or the output is for a program.',
    remedy: 'Say everything beforehand: jitsi-onebox apply --settings FILE --yes.',
  });
}

async function openUi({yes, json, plain}: Invocation): Promise<Ui> {
  const {stdin, stdout, stderr, env} = process;
  if (json) return openJsonUi({stdout, stderr, yes});
  const isTerminal = stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb';
  const wantsLines = plain || env.INK_SCREEN_READER === 'true';
  if (wantsLines || !isTerminal) return openPlainUi({stdin, stdout, stderr, yes, interactive: stdin.isTTY});
  // Loaded only here: nothing else has to pay for React.
  const {openTerminalUi} = await import('./tui/open.tsx');
  const ui = openTerminalUi({stdin, stdout});
  return yes ? consenting(ui) : ui;
}

/** The owner consented beforehand: he is shown a plan only where it cannot be carried out. */
function consenting(ui: Ui): Ui {
  return {...ui, review: async plan => (plan.problems.length > 0 ? ui.review(plan) : 'apply')};
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${renderProblem(describeError(error))}\n`);
  process.exitCode = exitFor(error);
}
