import type {Event} from '../model/event.ts';
import {version} from '../model/program.ts';
import {advance, noRun, type Run} from '../model/run.ts';
import type {Purpose, Ui} from '../model/ui.ts';
import {countOutcomes} from '../model/words.ts';
import {describeAddress, describeNotice, type Stack} from '../stack/index.ts';
import type {CommandContext} from './context.ts';

/** Shows the home screen of an installation; returns what the user wants to do. */
export async function openHome({machine, signal}: CommandContext, ui: Ui, stack: Stack): Promise<Purpose> {
  const {blueprint, map, checks} = stack;
  const {title} = blueprint.branding.settings;
  const last = (await machine.openLatestRun())?.record;
  const news =
    (await describeAddress(machine.host, blueprint.project.directory)) ?? (await describeNotice(machine.host));
  const log = () => last?.follow(signal) ?? nothing();
  ui.showMap(map);
  return ui.home({
    address: `https://${blueprint.domain}/`,
    ...(title !== undefined && {title: shorten(title)}),
    versions: `jitsi-onebox ${version}, Jitsi ${blueprint.images.tag}`,
    lastRun: last ? summarizeRun(await fold(log())) : 'none is known',
    ...(news !== undefined && {update: news}),
    ways: [
      ...(last ? (['undo'] as const) : []),
      ...(machine.canUninstall ? (['uninstall'] as const) : []),
      ...(hasAccounts(stack) && machine.canUninstall ? (['people'] as const) : []),
    ],
    check: leaving => machine.check(checks, AbortSignal.any([signal, leaving])),
    log,
  });
}

const hasAccounts = ({blueprint: {people}}: Stack) => people.rooms !== 'anyone' && !people.tokens;

const shorten = (text: string) => (text.length > 100 ? `${[...text].slice(0, 100).join('')}…` : text);

async function* nothing(): AsyncGenerator<Event> {}

async function fold(events: AsyncIterable<Event>): Promise<Run> {
  let run = noRun;
  for await (const event of events) run = advance(run, event);
  return run;
}

function summarizeRun(run: Run): string {
  const {started, outcome} = run;
  const day = started === undefined ? '' : `${new Date(started).toISOString().slice(0, 16).replace('T', ' ')} UTC, `;
  return `${day}${outcome ?? 'ended unexpectedly'}: ${countOutcomes(run) || 'nothing to do'}`;
}
