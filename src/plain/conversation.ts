import {createInterface} from 'node:readline';
import {makeVisible} from '../model/visible.ts';

/** The streams of a terminal that is used line by line. */
export type Streams = {readonly stdin: NodeJS.ReadableStream; readonly stdout: NodeJS.WritableStream};

export type Conversation = {
  say(text: string): void;
  /** Reads the next line; undefined when the user leaves. */
  hear(prompt: string): Promise<string | undefined>;
  end(): void;
};

/** Opens a conversation with the user, line by line. */
export function converse({stdin, stdout}: Streams): Conversation {
  // The terminal edits the line itself. Nothing is drawn again, which a screen reader would read out again.
  const reader = createInterface({input: stdin, output: stdout, terminal: false});
  const lines = reader[Symbol.asyncIterator]();
  let isOpen = true;
  reader.once('close', () => {
    isOpen = false;
  });
  return {
    say: text => stdout.write(`${makeVisible(text)}\n`),
    async hear(prompt) {
      reader.setPrompt(makeVisible(prompt));
      // Lines that were typed ahead are still read after the input has ended.
      if (isOpen) reader.prompt();
      const {done, value} = await lines.next();
      if (!done) return value.trim();
      // The shell's own prompt belongs on the next line.
      stdout.write('\n');
      return undefined;
    },
    end: () => reader.close(),
  };
}

type Choice<T extends string> = {
  readonly prompt: string;
  readonly words: readonly T[];
  /** The choice of a user who leaves. */
  readonly otherwise: T;
  /** Other words and what each does; the question is asked again afterwards. */
  readonly actions?: Readonly<Record<string, (say: Conversation['say']) => Promise<void>>>;
};

/** Asks for one of several words. */
export async function choose<T extends string>(streams: Streams, choice: Choice<T>): Promise<T> {
  const {prompt, words, otherwise, actions = {}} = choice;
  const {say, hear, end} = converse(streams);
  try {
    for (;;) {
      const word = await hear(prompt);
      if (word === undefined || word === 'q') return otherwise;
      const chosen = words.find(each => each === word);
      if (chosen !== undefined) return chosen;
      if (Object.hasOwn(actions, word)) await actions[word]?.(say);
      else say('Please type one of these words.');
    }
  } finally {
    end();
  }
}
