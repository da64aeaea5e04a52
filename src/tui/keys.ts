import type {Key} from 'ink';

export type KeyName =
  | 'enter'
  | 'tab'
  | 'back-tab'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'home'
  | 'end'
  | 'page-up'
  | 'page-down'
  | 'backspace'
  | 'delete'
  | 'kill-before'
  | 'kill-after'
  | 'kill-word'
  | 'escape'
  | 'interrupt'
  /** Ctrl-O: everything at a glance. */
  | 'overview';

/** One thing the owner did at the keyboard. */
export type Stroke =
  | {readonly type: 'key'; readonly name: KeyName}
  /** One character, even when many came at once: each may be a command. */
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'paste'; readonly text: string};

type Input = Partial<Key>;

const controls: ReadonlyMap<string, KeyName> = new Map([
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\b', 'backspace'],
  ['\x7f', 'backspace'],
  ['\x01', 'home'],
  ['\x02', 'left'],
  ['\x03', 'interrupt'],
  ['\x04', 'delete'],
  ['\x05', 'end'],
  ['\x06', 'right'],
  ['\x0b', 'kill-after'],
  ['\x0f', 'overview'],
  ['\x15', 'kill-before'],
  ['\x17', 'kill-word'],
  ['\x1b', 'escape'],
]);

const named: readonly (readonly [keyof Key, KeyName])[] = [
  ['return', 'enter'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['home', 'home'],
  ['end', 'end'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['escape', 'escape'],
];

/** What an input event of Ink means; text and keys that came in one read are taken apart. */
export function readStrokes(input: string, key: Input): readonly Stroke[] {
  const name = readModified(input, key) ?? named.find(([flag]) => key[flag])?.[1];
  if (name) return [{type: 'key', name}];
  if (key.ctrl) return splitText(controlCharacter(input));
  return key.meta ? [] : splitText(input);
}

function readModified(input: string, key: Input): KeyName | undefined {
  if (key.tab) return key.shift ? 'back-tab' : 'tab';
  if (key.ctrl || key.meta) {
    if (key.leftArrow || (key.meta && input === 'b')) return 'word-left';
    if (key.rightArrow || (key.meta && input === 'f')) return 'word-right';
    if (key.backspace) return 'kill-word';
  }
  return undefined;
}

/** Ink reports Ctrl-A as the letter: back to the character that the terminal sent. */
function controlCharacter(letter: string): string {
  return letter.length === 1 ? String.fromCharCode(letter.charCodeAt(0) & 0x1f) : '';
}

function splitText(input: string): readonly Stroke[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
  const parts = input.replaceAll('\r\n', '\r').match(/[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g) ?? [];
  return parts.flatMap((part): readonly Stroke[] => {
    const name = controls.get(part);
    if (name) return [{type: 'key', name}];
    return part >= ' ' ? Array.from(part, text => ({type: 'text', text})) : [];
  });
}

/** Whether a stroke is this very key, or this letter as a command. */
export function isStroke(stroke: Stroke, ...names: readonly (KeyName | {readonly letter: string})[]): boolean {
  return names.some(name =>
    typeof name === 'string'
      ? stroke.type === 'key' && stroke.name === name
      : stroke.type === 'text' && stroke.text === name.letter,
  );
}
