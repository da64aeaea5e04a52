/** What a grammar makes of a text: the value in its canonical form, or what is wrong with it, as the end of a sentence. */
export type Reading<Value = string> = {readonly value: Value} | {readonly fault: string};

/** Widens a grammar by the word `auto`, which is kept as it is. */
export function orAuto(read: (text: string) => Reading): (text: string) => Reading {
  return text => (text === 'auto' ? {value: text} : read(text));
}
