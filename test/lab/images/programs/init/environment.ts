import {Refusal} from './refusal.ts';

/** A container's environment, read by the rules of upstream's templates. */
export type Environment = Readonly<Record<string, string | undefined>>;

type Question = {readonly name: string; readonly otherwise: string};

/** Reads a variable; an empty one counts as absent. */
export const textOf = (environment: Environment, {name, otherwise}: Question): string => environment[name] || otherwise;

/** Reads a list separated by commas, without its empty members. */
export const listOf = (environment: Environment, name: string, otherwise = ''): readonly string[] =>
  textOf(environment, {name, otherwise}).split(',').filter(Boolean);

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Reads a switch; a word that upstream's template engine does not know stops the container, as it does there. */
export const isOn = (environment: Environment, name: string, otherwise: boolean): boolean => {
  const word = textOf(environment, {name, otherwise: otherwise ? '1' : '0'}).replace(/['"]/g, '');
  if (!TRUE.has(word) && !FALSE.has(word)) {
    throw new Refusal([`strconv.ParseBool: parsing "${word}": invalid syntax (${name})`]);
  }
  return TRUE.has(word);
};
