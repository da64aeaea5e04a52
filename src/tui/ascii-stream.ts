const lookalikes: Readonly<Record<string, string>> = {
  '…': '.',
  '·': '-',
  '•': '*',
  '–': '-',
  '—': '-',
  '→': '>',
  '←': '<',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '─': '-',
  '│': '|',
};

/** Text for a terminal that knows only ASCII; every code point keeps one column, so nothing moves. */
export function toAscii(text: string): string {
  return text.replaceAll(/[^\0-\x7f]/gu, character => lookalikes[character] ?? '?');
}

/** The same terminal, with everything written to it in ASCII, texts of others too. */
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
