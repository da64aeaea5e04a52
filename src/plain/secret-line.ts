import type {ReadStream} from 'node:tty';

type Keyboard = {readonly stdin: ReadStream; readonly stdout: NodeJS.WritableStream};

/** Reads a line from a terminal without showing it; undefined if the user leaves. Further lines of a paste wait for the next prompt. */
export async function hearSecret({stdin, stdout}: Keyboard, prompt: string): Promise<string | undefined> {
  const {promise, resolve} = Promise.withResolvers<string | undefined>();
  let typed: Typed = {line: '', isOpen: true, rest: ''};
  const hear = (data: string) => {
    typed = type(typed.line ?? '', data);
    if (typed.isOpen) return;
    // A stream that flows without a listener would lose the rest.
    stdin.off('data', hear).pause();
    if (typed.rest !== '') stdin.unshift(typed.rest);
    resolve(typed.line);
  };
  stdout.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  // Screens that were shown before leave it so that the program would end instead of waiting.
  stdin.ref();
  stdin.on('data', hear).resume();
  try {
    return await promise;
  } finally {
    stdin.setRawMode(false);
    stdout.write('\n');
  }
}

type Typed = {readonly line: string | undefined; readonly isOpen: boolean; readonly rest: string};

/** Returns the line after some more keys, and those behind its end: Enter ends it, Ctrl-C and Ctrl-D give up, Backspace and Ctrl-U delete. */
export function type(line: string, data: string): Typed {
  let typed = [...line];
  const keys = [...data.replaceAll('\r\n', '\r')];
  for (const [at, key] of keys.entries()) {
    if (key === '\r' || key === '\n') return {line: typed.join(''), isOpen: false, rest: keys.slice(at + 1).join('')};
    if (key === '\u0003' || key === '\u0004') return {line: undefined, isOpen: false, rest: ''};
    if (key === '\u0015') typed = [];
    else if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1);
    else typed.push(key);
  }
  return {line: typed.join(''), isOpen: true, rest: ''};
}
