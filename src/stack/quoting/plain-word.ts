/** Whether a value is one word in every language that we write, quotes or not: names, paths, addresses and numbers stay bare. */
export const isPlainWord = (value: string): boolean => /^[\w.:/@+-]+$/.test(value);
