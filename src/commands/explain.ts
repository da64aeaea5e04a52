import {catalogue, findEntry, type RegisteredEntry} from '../model/catalogue.ts';
import {findNearestWord} from '../model/nearest.ts';
import {places} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {placeNames} from '../model/words.ts';
import {type CommandContext, formatJson, type Print} from './context.ts';

/** `explain [CODE]`: explains the code of a check or a problem, or lists all codes. */
export async function explainCode({invocation: {code, json}}: CommandContext, print: Print): Promise<number> {
  if (code === undefined) print(json ? formatJson(catalogue) : renderCatalogue());
  else {
    const entry = findEntry(code);
    if (!entry) throw unknownCode(code);
    print(json ? formatJson(entry) : renderEntry(entry));
  }
  return exits.done;
}

function renderEntry({code, title, kind, place, meaning, remedy, shownBy}: RegisteredEntry): string {
  return [
    `${title} (${code})`,
    `  Kind:        ${kind}, ${placeNames[place]}`,
    `  Meaning:     ${meaning}`,
    `  What to do:  ${remedy}`,
    `  Shown by:    ${shownBy}`,
  ].join('\n');
}

function renderCatalogue(): string {
  const width = Math.max(...catalogue.map(({code}) => code.length));
  const groups = Map.groupBy(catalogue, ({place}) => place);
  const render = ({code, title}: RegisteredEntry) => `  ${code.padEnd(width)}  ${title}`;
  return places
    .filter(place => groups.has(place))
    .map(place => [placeNames[place], ...(groups.get(place) ?? []).map(render)].join('\n'))
    .join('\n\n');
}

function unknownCode(code: string): Problem {
  const nearest = findNearestWord(
    code,
    catalogue.map(entry => entry.code),
  );
  return new Problem({
    code: 'bad-usage',
    summary: `There is no code \`${code}\`.${nearest ? ` Did you mean \`${nearest}\`?` : ''}`,
    remedy: 'List all codes with `jitsi-onebox explain`.',
  });
}
