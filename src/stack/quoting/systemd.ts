import {isPlainWord} from './plain-word.ts';
import {demandQuotable, halfCharacter} from './unquotable.ts';

const language = 'a systemd unit';
const refusals = [
  halfCharacter,
  {pattern: /[^\P{Cc}\t\n]/u, reason: 'a control character'},
  {pattern: /\p{Noncharacter_Code_Point}/u, reason: 'what Unicode says is no character'},
];

/** Writes a value as one word of a unit's setting, such as an assignment behind Environment=. */
export function quoteSystemd(value: string): string {
  demandQuotable({language, value, refusals});
  if (isPlainWord(value)) return value;
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${escaped.replaceAll('%', '%%')}"`;
}

/** Writes a value as one argument of a command in a unit (ExecStart= and its like), where $ is special too. */
export function quoteSystemdArgument(value: string): string {
  return quoteSystemd(value).replaceAll('$', '$$$$');
}
