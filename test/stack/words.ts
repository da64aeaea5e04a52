/** A token as shell, nginx and HAProxy see it: a word without quotes, or a mark or line break between words. */
export type Token = {readonly word: string} | {readonly mark: string};

const quoted = String.raw`'[^']*'|"(?:[^"\\]|\\.)*"`;
const bare = String.raw`\\.|[^\s'"\\;{}()<>|&]`;
const tokens = new RegExp(`(?<word>(?:${quoted}|${bare})+)|(?<mark>[;{}()<>|&\n]|['"\\\\])`, 'gsu');
const parts = new RegExp(`(?<part>${quoted})|${bare}`, 'gsu');

/** Splits a text into tokens; an unclosed quote is a mark of its own. */
export function splitWords(text: string): readonly Token[] {
  return [...text.matchAll(tokens)].map(({groups}) =>
    groups?.word === undefined ? {mark: groups?.mark ?? ''} : {word: unquote(groups.word)},
  );
}

function unquote(word: string): string {
  return word.replace(parts, part => {
    if (part.startsWith("'")) return part.slice(1, -1);
    const inner = part.startsWith('"') ? part.slice(1, -1) : part;
    return inner.replace(/\\(.)/gs, '$1');
  });
}
