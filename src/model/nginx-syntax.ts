/** A directive of nginx's configuration: its words with the line of each, and the content of its braces. */
export type Directive = {
  readonly words: readonly string[];
  readonly lines: readonly number[];
  readonly block?: readonly Directive[];
};

// Quotes and # only count at the start of a word, and ${…} is part of one.
const tokens =
  /#[^\n]*|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[;{}]|(?:\\.|\$\{|[^\s;{}"'#\\])(?:\\.|\$\{|[^\s;{\\])*/gs;

/** Parses nginx's configuration as far as it can be understood; broken parts are left out and are no error. */
export function parseNginx(text: string): readonly Directive[] {
  const top: Directive[] = [];
  const open = [top];
  let [words, lines]: [string[], number[]] = [[], []];
  for (const {token, line} of readTokens(text)) {
    if (token === '}') {
      if (open.length > 1) open.pop();
    } else if (token === '{') {
      const block: Directive[] = [];
      open.at(-1)?.push({words, lines, block});
      open.push(block);
    } else if (token === ';') open.at(-1)?.push({words, lines});
    else {
      words.push(unquote(token));
      lines.push(line);
      continue;
    }
    [words, lines] = [[], []];
  }
  return top;
}

/** Finds the words and signs of a text with their lines, without the comments. */
function* readTokens(text: string): Generator<{token: string; line: number}> {
  let [line, seen] = [1, 0];
  for (const {0: token, index} of text.matchAll(tokens)) {
    line += text.slice(seen, index).split('\n').length - 1;
    seen = index;
    if (!token.startsWith('#')) yield {token, line};
  }
}

function unquote(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1') : token;
}
