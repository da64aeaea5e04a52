import {once} from 'node:events';
import type {ReadStream} from 'node:tty';

type Keyboard = {readonly stdin: ReadStream; readonly stdout: NodeJS.WritableStream};

/** Reads a line from a terminal without showing it; undefined if the user leaves. */
export async function hearSecret({stdin, stdout}: Keyboard, prompt: string): Promise<string | undefined> {
  stdout.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  try {
    let line: string | undefined = '';
    for (let isOpen = true; isOpen; ) {
      const [data]: string[] = await once(stdin, 'data');
      ({line, isOpen} = type(line ?? '', data ?? ''));
    }
    return line;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write('\n');
  }
}

/** Returns the line after some more keys: Enter ends it, Ctrl-C and Ctrl-D give up, Backspace and Ctrl-U delete. */
export function type(line: string, data: string): {readonly line: string | undefined; readonly isOpen: boolean} {
  let typed = [...line];
  for (const key of data) {
    if (key === '\r' || key === '\n') return {line: typed.join(''), isOpen: false};
    if (key === '\u0003' || key === '\u0004') return {line: undefined, isOpen: false};
    if (key === '\u0015') typed = [];
    else if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1);
    else typed.push(key);
  }
  return {line: typed.join(''), isOpen: true};
}
