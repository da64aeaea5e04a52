/** Tests whether the terminal shows more than ASCII: a bare console has 256 characters, a locale without UTF-8 fewer. */
export function showsUnicode({TERM, LC_ALL, LC_CTYPE, LANG}: Readonly<Record<string, string | undefined>>): boolean {
  return TERM !== 'linux' && /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
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
