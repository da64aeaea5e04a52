import {Problem} from '../model/problem.ts';

/** Reports a value that a language cannot express; the value may be a secret, so it is not shown. */
export class Unquotable extends Problem {
  constructor(language: string, reason: string) {
    super({
      code: 'unquotable',
      summary: `A value that goes into ${language} contains ${reason}.`,
      remedy: 'Choose another value in the settings.',
    });
    this.name = 'Unquotable';
  }
}

type Refusal = {readonly pattern: RegExp; readonly reason: string};

// Half a character cannot be written to a file as UTF-8.
const halfCharacter: Refusal = {pattern: /\p{Cs}/u, reason: 'half a Unicode character'};
const controlCharacter: Refusal = {pattern: /\p{Cc}/u, reason: 'a control character or a line break'};
const nul: Refusal = {pattern: /\0/, reason: 'the character NUL'};

function refuse(language: string, value: string, refusals: readonly Refusal[]): void {
  const refusal = refusals.find(({pattern}) => pattern.test(value));
  if (refusal !== undefined) throw new Unquotable(language, refusal.reason);
}

function refuseLong(language: string, value: string, bytes: number): void {
  if (Buffer.byteLength(value) > bytes) throw new Unquotable(language, `more than ${bytes} bytes`);
}

/** Returns whether a value is one word in every language here without quotes: most names, paths, addresses and numbers. */
const isPlainWord = (value: string) => /^[\w.:/@+-]+$/.test(value);

/** Quotes one word of a POSIX shell script. */
export function quoteShell(value: string): string {
  refuse('a shell script', value, [halfCharacter, nul]);
  return isPlainWord(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** Quotes one parameter of an nginx directive. */
export function quoteNginx(value: string): string {
  const language = 'an nginx configuration';
  // Most directives read $name as a variable, and there is no way to write the character itself.
  const variable = {pattern: /\$/, reason: 'a $, which nginx takes for a variable'};
  refuse(language, value, [halfCharacter, controlCharacter, variable]);
  const quoted = isPlainWord(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
  // nginx reads a file in blocks of 4096 bytes, and no parameter may be longer.
  refuseLong(language, quoted, 4000);
  return quoted;
}

/** Quotes one argument in HAProxy's configuration: nothing is special between single quotes. */
export function quoteHaproxy(value: string): string {
  const language = 'an HAProxy configuration';
  refuse(language, value, [halfCharacter, controlCharacter]);
  refuseLong(language, value, 4000);
  return isPlainWord(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** Quotes a value after option= in turnserver.conf: coturn takes everything between the outer quotes as it is. */
export function quoteCoturn(value: string): string {
  const language = "coturn's configuration";
  refuse(language, value, [halfCharacter, controlCharacter]);
  // coturn reads lines in blocks of 1023 bytes, including the option's name.
  refuseLong(language, value, 900);
  return isPlainWord(value) ? value : `"${value}"`;
}

/** Checks a value for an nftables file, which cannot quote: only addresses, networks and hexadecimal digests pass. */
export function quoteNft(value: string): string {
  const unknown = {pattern: /^$|[^0-9a-f.:/]/, reason: 'something that is neither an address nor a digest'};
  refuse('an nftables file', value, [unknown]);
  return value;
}

const unitRefusals = [
  halfCharacter,
  {pattern: /[^\P{Cc}\t\n]/u, reason: 'a control character'},
  {pattern: /\p{Noncharacter_Code_Point}/u, reason: 'a code point that Unicode reserves as a noncharacter'},
];

/** Quotes one word of a setting in a systemd unit, such as an assignment after Environment=. */
export function quoteSystemd(value: string): string {
  refuse('a systemd unit', value, unitRefusals);
  if (isPlainWord(value)) return value;
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${escaped.replaceAll('%', '%%')}"`;
}

/** Quotes one argument of a command in a systemd unit (ExecStart= and the like), where $ is special too. */
export function quoteSystemdArgument(value: string): string {
  return quoteSystemd(value).replaceAll('$', '$$$$');
}

const environmentRefusals = [
  halfCharacter,
  controlCharacter,
  {pattern: /\$/, reason: 'a $, which one release of compose expands and the other does not'},
  {pattern: /^['"]/, reason: 'a quote at its start, which only some readers remove'},
  {pattern: /^\s|\s$/u, reason: 'white space at one of its ends, which only some readers keep'},
  {pattern: /\s#/u, reason: 'a # after white space, which only some readers keep'},
];

/** Checks a value after NAME= in an env file, so that both releases of compose and `docker run --env-file` read the same. */
export function quoteEnvFile(value: string): string {
  refuse('an env file', value, environmentRefusals);
  refuseLong('an env file', value, 32_768);
  return value;
}

/** Quotes a YAML string with double quotes. */
export function quoteYaml(value: string): string {
  refuse('a YAML file', value, [halfCharacter]);
  // YAML wants these escaped; JSON does not.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Quotes a string in a compose file, and keeps compose from finding variables in it. */
export function quoteCompose(value: string): string {
  refuse('a compose file', value, [nul]);
  return quoteYaml(value).replaceAll('$', '$$$$');
}

/** Writes a value as JSON that no script, HTML page or server-side include reads as anything else. */
export function quoteJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[<>&\u007f\u2028\u2029\ufeff\ufffe\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Quotes a text of an HTML page, or of an attribute in double quotes. */
export function quoteHtml(value: string): string {
  refuse('an HTML page', value, [halfCharacter, controlCharacter]);
  return value.replace(/[<>&"']/g, unit => `&#${unit.charCodeAt(0)};`);
}
