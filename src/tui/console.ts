// Everything that is written to the terminal without Ink.

type Environment = Readonly<Record<string, string | undefined>>;

/** Tests whether the terminal shows more than ASCII: a bare console has 256 characters, a locale without UTF-8 fewer. */
export function showsUnicode({TERM, LC_ALL, LC_CTYPE, LANG}: Environment): boolean {
  return TERM !== 'linux' && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/**
 * Writes the first line of the first screen before Ink is loaded, which takes longer than everything before it. Returns a function
 * that clears the line for the screen itself.
 */
export function writeFirstLine(stdout: NodeJS.WritableStream, env: Environment): () => void {
  const paint = (looks: string, text: string) => `\x1b[${looks}m${text}\x1b[0m`;
  const program = paint(env.NO_COLOR ? '1' : '1;36', 'jitsi-onebox');
  const dot = paint('2', showsUnicode(env) ? ' · ' : ' - ');
  stdout.write(` ${program}${dot}${paint('1', 'Looking around')}\r`);
  return () => void stdout.write('\x1b[K');
}

const lookalikes: ReadonlyMap<string, string> = new Map([
  ...Array.from('…·•–—→←×─│', (character, at) => [character, '.-*--><x-|'[at] ?? '?'] as const),
  ...Array.from('‘’“”', (character, at) => [character, `''""`[at] ?? '?'] as const),
]);

/** Replaces what is not ASCII; each code point keeps one column, so nothing moves. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, character => lookalikes.get(character) ?? '?');
}

/** Wraps a terminal so that everything written to it is ASCII, including text from other programs. */
export function writeAscii(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: []) =>
    stdout.write(typeof chunk === 'string' ? toAscii(chunk) : chunk, ...rest);
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
