/** A directive of nginx's configuration: its words, and what stands in its braces. */
export type Directive = {readonly words: readonly string[]; readonly block?: readonly Directive[]};

// Quotes and # count at the start of a word only, and ${…} is part of one.
const tokens =
  /#[^\n]*|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[;{}]|(?:\\.|\$\{|[^\s;{}"'#\\])(?:\\.|\$\{|[^\s;{\\])*/gs;

/** Reads nginx's configuration as far as it can be understood; what is broken is left out, never an error. */
export function parseNginx(text: string): readonly Directive[] {
  const root: Directive[] = [];
  const open = [root];
  let words: string[] = [];
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith('#')) continue;
    if (token === ';') open.at(-1)?.push({words});
    else if (token === '{') open.at(-1)?.push({words, block: beginBlock(open)});
    else if (token === '}') endBlock(open);
    else {
      words.push(unquote(token));
      continue;
    }
    words = [];
  }
  return root;
}

function beginBlock(open: Directive[][]): Directive[] {
  const block: Directive[] = [];
  open.push(block);
  return block;
}

function endBlock(open: Directive[][]): void {
  if (open.length > 1) open.pop();
}

function unquote(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1).replaceAll(/\\(["'\\])/g, '$1') : token;
}
