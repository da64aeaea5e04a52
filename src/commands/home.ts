import {ReadableStream} from 'node:stream/web';
import {runChecks} from '../engine/checks.ts';
import {latestRun} from '../engine/journal.ts';
import {readJournal} from '../engine/read-journal.ts';
import type {Emit, Event} from '../model/event.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import type {Purpose, Ui} from '../model/ui.ts';
import {version} from '../model/version.ts';
import {countOutcomes} from '../model/words.ts';
import {rehearseChecks} from '../rehearsal/rehearsal.ts';
import type {Scene} from '../runs/survey.ts';
import type {Stack} from '../stack/index.ts';

/** Shows an installation to its owner, who comes back; says what he came for. */
export async function goHome(scene: Scene, ui: Ui, stack: Stack): Promise<Purpose> {
  const {blueprint, map} = stack;
  const last = scene.recording ? undefined : await latestRun();
  const run = last && (await foldJournal(last.path));
  ui.showMap(map);
  return ui.home({
    address: `https://${blueprint.domain}/`,
    versions: `jitsi-onebox ${version}, Jitsi ${blueprint.images.tag}`,
    lastRun: run ? tellRun(run) : 'none is known',
    ways: scene.recording ? [] : last ? ['undo', 'uninstall'] : ['uninstall'],
    check: () => (scene.recording ? rehearseChecks(stack.checks, scene.recording.props) : tellChecks(scene, stack)),
    log: () => (last ? readJournal(last.path) : tellNothing()),
  });
}

async function* tellNothing(): AsyncGenerator<Event> {}

async function foldJournal(path: string): Promise<Run> {
  let run = noRun;
  for await (const event of readJournal(path)) run = advance(run, event);
  return run;
}

function tellRun(run: Run): string {
  const {started, outcome} = run;
  const day = started === undefined ? '' : `${new Date(started).toISOString().slice(0, 16).replace('T', ' ')} UTC, `;
  return `${day}${outcome ?? 'broke off'}: ${countOutcomes(run) || 'nothing had to be done'}`;
}

/** The checks of a stack as events, the moment they come. */
function tellChecks({host, signal}: Scene, {checks}: Stack): AsyncIterable<Event> {
  return new ReadableStream<Event>({
    async start(controller) {
      const emit: Emit = body => controller.enqueue({v: 1, at: new Date().toISOString(), ...body});
      await runChecks({checks, host, signal, emit});
      controller.close();
    },
  });
}
