import {type Invocation, readArguments} from './arguments.ts';
import {exitFor, exits} from './exit-codes.ts';
import {describeError, Problem} from './model/problem.ts';
import type {Ui} from './model/ui.ts';
import type {Scene} from './survey.ts';
import {version} from './version.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);

// Whatever a command needs is loaded when it is known: the first screen waits for nothing but itself.
async function main(): Promise<number> {
  const invocation = readArguments(process.argv.slice(2));
  const {command} = invocation;
  if (invocation.version) print(version);
  else if (invocation.help) print((await import('./help.ts')).renderHelp(command));
  else if (command === 'install' || command === 'apply') return change(invocation);
  else {
    const {showFacts, showPlan, showSettings, showStatus} = await import('./inspect.ts');
    const inspections = {plan: showPlan, detect: showFacts, status: showStatus, settings: showSettings};
    return inspections[command](await setScene(invocation), print);
  }
  return exits.done;
}

async function setScene(invocation: Invocation): Promise<Scene> {
  const [{readAssets}, {createRealHost}] = await Promise.all([import('./host/assets.ts'), import('./host/real.ts')]);
  return {invocation, host: createRealHost(), assets: readAssets(), signal: new AbortController().signal};
}

/** The same story on a recorded machine: nothing of this one is looked at or changed. */
async function setRehearsal(invocation: Invocation, path: string): Promise<Scene> {
  const [{readRecording}, {createRecordedHost}, {settingsPath}, scene] = await Promise.all([
    import('./recording.ts'),
    import('./host/recorded.ts'),
    import('./stack/index.ts'),
    setScene(invocation),
  ]);
  const recording = await readRecording(path);
  const {settings} = recording.props;
  return {...scene, recording, host: createRecordedHost(settings === undefined ? {} : {[settingsPath]: settings})};
}

async function change(invocation: Invocation): Promise<number> {
  const {facts} = invocation;
  if (facts === undefined) demandRoot();
  // What children make has to be readable for the services, whatever the caller's shell says.
  process.umask(0o022);
  const ui = await openUi(invocation);
  try {
    const {install} = await import('./flow.ts');
    return await install(await (facts === undefined ? setScene(invocation) : setRehearsal(invocation, facts)), ui);
  } catch (error) {
    await ui.tell([describeError(error)]);
    return exitFor(error);
  } finally {
    await ui.close();
  }
}

function demandRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new Problem({
    code: 'not-root',
    summary: 'Only root may change this host.',
    remedy: 'Run it with sudo: sudo jitsi-onebox. (`jitsi-onebox plan` needs no root.)',
  });
}

async function openUi({yes, json, plain, facts}: Invocation): Promise<Ui> {
  const {stdin, stdout, stderr, env} = process;
  if (json) return (await import('./plain/json.ts')).openJsonUi({stdout, stderr, yes});
  const isTerminal = stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb';
  const wantsLines = plain || env.INK_SCREEN_READER === 'true';
  if (wantsLines || !isTerminal) {
    const {openPlainUi} = await import('./plain/open.ts');
    return openPlainUi({stdin, stdout, stderr, yes, interactive: stdin.isTTY});
  }
  const {openTerminalUi} = await import('./tui/open.tsx');
  const ui = openTerminalUi({stdin, stdout, isRehearsal: facts !== undefined});
  return yes ? consenting(ui) : ui;
}

/** The owner consented beforehand: he is shown a plan only where it cannot be carried out. */
function consenting(ui: Ui): Ui {
  return {...ui, review: async (plan, save) => (plan.problems.length > 0 ? ui.review(plan, save) : 'apply')};
}

try {
  process.exitCode = await main();
} catch (error) {
  const {renderProblem} = await import('./plain/render.ts');
  process.stderr.write(`${renderProblem(describeError(error))}\n`);
  process.exitCode = exitFor(error);
}
