import type {NginxListen} from '../model/facts.ts';
import {quoteShell} from './quoting.ts';

/** A `listen` directive with the socket that it should have; without one, the directive is removed. */
export type Move = {
  readonly listen: NginxListen;
  readonly to: {readonly text: string; readonly address: string; readonly port: number} | undefined;
};

/**
 * Returns a command that changes these directives and nothing else, in the lines where they are. There is none where nginx might refuse
 * the result: two sites with options for one socket, or a site without a directive to change.
 */
export function commandToMove(moves: readonly Move[], all: readonly NginxListen[]): string | undefined {
  if (moves.some(({listen}) => listen.text === '' || isRange(listen)) || clash(moves, all)) return undefined;
  if (countPlaces(moves, ({listen}) => `${placeOf(listen)} ${listen.server}`) < moves.length) return undefined;
  const files = [...new Set(moves.map(({listen}) => listen.file))];
  const commands = files.map(file => {
    const edits = new Set(moves.filter(({listen}) => listen.file === file).map(editOf));
    // sites-enabled contains links, which sed would replace with files.
    return `sed -i --follow-symlinks -E ${[...edits].map(edit => `-e ${quoteShell(edit)}`).join(' ')} ${quoteShell(file)}`;
  });
  return commands.join(' && ');
}

/** Of a range, the other ports would be lost. */
const isRange = ({text}: NginxListen) => /(?:^|:)\d+-\d+$/.test(text);

const placeOf = ({file, line, text}: NginxListen) => `${file} ${line} ${text}`;
const countPlaces = (moves: readonly Move[], nameOf: (move: Move) => string) => new Set(moves.map(nameOf)).size;

/** Returns whether each directive is that of one site: several sites may include the same one, or be on one line. */
export const areOwnDirectives = (moves: readonly Move[]) =>
  countPlaces(moves, ({listen}) => placeOf(listen)) === moves.length;

function editOf({listen: {line, text}, to}: Move): string {
  const pattern = text.replaceAll(/[.[\]*+?{}()|^$\\/]/g, '\\$&');
  return to === undefined
    ? `${line}s/listen[[:space:]]+["']?${pattern}["']?([[:space:]][^;]*)?;//`
    : `${line}s/(^|[[:space:]"'])${pattern}([[:space:];"']|$)/\\1${to.text}\\2/`;
}

/** What a second site on a socket may repeat. */
const harmless = ['ssl', 'http2'];

/** Returns whether directives for different sockets would meet on one, and both have options of the socket. */
function clash(moves: readonly Move[], all: readonly NginxListen[]): boolean {
  const targets = new Map(moves.map(({listen, to}) => [listen, to]));
  const after = all.map(listen => ({listen, to: targets.has(listen) ? targets.get(listen) : listen}));
  return moves.some(({listen, to}) =>
    after.some(
      other =>
        to !== undefined &&
        other.to?.address === to.address &&
        other.to.port === to.port &&
        (other.listen.address !== listen.address || other.listen.port !== listen.port) &&
        [listen, other.listen].every(({options}) => options.some(option => !harmless.includes(option))),
    ),
  );
}
