import {readDuration} from '../model/duration.ts';
import {formatLogLine, type LoggingPlace, type LogLine, loggingPlaces} from '../model/log-line.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {LogFeed, Ui} from '../model/ui.ts';
import {followLogs, projectNameOf, readLogs} from '../stack/index.ts';
import {type CommandContext, type Print, readInstalledDraft} from './context.ts';

/** Lines of how long ago are shown, unless --since says so. */
const usualSeconds = 3600;

/** `logs`: prints what was logged; with --follow, also what is from now on. */
export async function printLogs(context: CommandContext, print: Print): Promise<number> {
  const {invocation, machine, signal} = context;
  const {grep = '', json, follow} = invocation;
  const wanted = grep.toLowerCase();
  const format = (line: LogLine) => (json ? JSON.stringify(line) : formatLogLine(line));
  const show = (lines: readonly LogLine[]) => {
    const shown = lines.filter(({text}) => text.toLowerCase().includes(wanted));
    if (shown.length > 0) print(shown.map(format).join('\n'));
    return shown.length;
  };
  const question = {places: placesOf(context), since: sinceOf(context)};
  const project = await findProject(context);
  if (follow) {
    for await (const lines of followLogs(machine.host, project, {...question, signal})) show(lines);
  } else if (show(await readLogs(machine.host, project, question)) === 0 && !json) {
    print(`Nothing was logged${grep === '' ? '' : ` with “${grep}”`} in this time. Look further back: --since 1d.`);
  }
  return exits.done;
}

/** `logs` on a terminal: the screen. */
export async function showLogs(context: CommandContext, ui: Ui): Promise<number> {
  await ui.logs(await openFeed(context));
  return exits.done;
}

/** Opens the logs for the screen. */
export async function openFeed(context: CommandContext): Promise<LogFeed> {
  const {host} = context.machine;
  const project = await findProject(context);
  const question = () => ({places: placesOf(context), since: sinceOf(context)});
  return {
    places: placesOf(context),
    follow: signal => followLogs(host, project, {...question(), signal}),
    read: () => readLogs(host, project, question()),
  };
}

const placesOf = ({invocation: {place}}: CommandContext): readonly LoggingPlace[] =>
  place === undefined ? loggingPlaces : [place];

function sinceOf({machine, invocation: {since}}: CommandContext): number {
  const seconds = since === undefined ? usualSeconds : (readDuration(since) ?? usualSeconds);
  return machine.host.now() - seconds * 1000;
}

async function findProject(context: CommandContext): Promise<{readonly name: string}> {
  const draft = await readInstalledDraft(context);
  return {name: projectNameOf(completeSettings(draft).stack.directory)};
}
