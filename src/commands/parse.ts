import {parseArgs} from 'node:util';
import {findNearestWord} from '../model/nearest.ts';
import {type Option, options} from './options.ts';
import {badUsage} from './target.ts';

/** Splits a command line into the values of its options and its other words; throws Problem bad-usage. */
export function parse(argv: readonly string[]) {
  const args = [...argv];
  const {tokens} = parseArgs({args, options, allowPositionals: true, strict: false, tokens: true});
  for (const token of tokens) if (token.kind === 'option') demandKnown(token);
  return parseArgs({args, options, allowPositionals: true});
}

type Token = {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

/** Refuses an option that does not exist, or that has no value where it needs one. */
function demandKnown({name, rawName, value, inlineValue}: Token): void {
  if (!isOption(name)) {
    const nearest = findNearestWord(name, Object.keys(options));
    throw badUsage(`There is no option ${rawName}.${nearest === undefined ? '' : ` Did you mean --${nearest}?`}`);
  }
  const option = options[name];
  if (!('value' in option)) {
    if (value !== undefined) throw badUsage(`--${name} takes no value.`);
    return;
  }
  // An empty value is mostly a variable of the shell that is not set.
  const isMissing = value === undefined || value === '' || (!inlineValue && /^-./.test(value));
  const isStream = value === '-' && ['FILE', 'DIR'].includes(option.value);
  if (isMissing || isStream) throw badUsage(`--${name} needs ${describeValue(name)}${isStream ? ', not -' : ''}.`);
}

const isOption = (name: string): name is Option => Object.hasOwn(options, name);

function describeValue(name: Option): string {
  const option = options[name];
  const value: string = 'value' in option ? option.value : '';
  const stream = name === 'save' || name === 'bundle' ? 'output' : 'input';
  const words: Readonly<Record<string, string>> = {
    FILE: 'a file',
    DIR: 'a directory',
    'FILE|-': `a file, or - for standard ${stream}`,
  };
  return words[value] ?? `a value: ${value.replace(',…', '')}`;
}
