import type {Key} from 'ink';

export type KeyName =
  | ('enter' | 'tab' | 'back-tab' | 'escape' | 'interrupt' | 'overview')
  | ('up' | 'down' | 'left' | 'right' | 'word-left' | 'word-right' | 'home' | 'end' | 'page-up' | 'page-down')
  | ('backspace' | 'delete' | 'kill-before' | 'kill-after' | 'kill-word');

/** One key press, or one paste. A text is one character, even when many came in one read: each may be a command. */
export type Stroke =
  | {readonly type: 'key'; readonly name: KeyName}
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'paste'; readonly text: string};

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

/** Translates an input event of Ink; splits text and keys that came in one read. */
export function readStrokes(input: string, key: Partial<Key>): readonly Stroke[] {
  const name = readModified(input, key) ?? named.find(([flag]) => key[flag])?.[1];
  if (name) return [{type: 'key', name}];
  if (key.ctrl) return splitText(controlCharacter(input));
  return key.meta ? [] : splitText(input);
}

function readModified(input: string, key: Partial<Key>): KeyName | undefined {
  if (key.tab) return key.shift ? 'back-tab' : 'tab';
  if (key.ctrl || key.meta) {
    if (key.leftArrow || (key.meta && input === 'b')) return 'word-left';
    if (key.rightArrow || (key.meta && input === 'f')) return 'word-right';
    if (key.backspace) return 'kill-word';
  }
  return undefined;
}

/** Returns the character that the terminal sent: Ink reports Ctrl-A as the letter. */
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

type CharacterOf<Text extends string> = Text extends `${infer First}${infer Rest}` ? First | CharacterOf<Rest> : never;
type Letter = CharacterOf<'abcdefghijklmnopqrstuvwxyzGNY/? '>;

/** Tests whether a stroke is one of these keys, or one of these letters as a command. */
export function isStroke(stroke: Stroke, ...names: readonly (KeyName | Letter)[]): boolean {
  const name = stroke.type === 'key' ? stroke.name : stroke.type === 'text' ? stroke.text : '';
  return names.some(each => each === name);
}

const pagerKeys: Readonly<Record<string, KeyName>> = {
  j: 'down',
  k: 'up',
  ' ': 'page-down',
  b: 'page-up',
  g: 'home',
  G: 'end',
};

/** Returns how many lines a stroke moves; Tab and the letters of less and vi work too. */
export function stepOf(stroke: Stroke, page: number, count: number): number {
  const name = stroke.type === 'key' ? stroke.name : pagerKeys[stroke.text];
  const steps: Partial<Record<KeyName, number>> = {
    up: -1,
    'back-tab': -1,
    down: 1,
    tab: 1,
    'page-up': -page,
    'page-down': page,
    home: -count,
    end: count,
  };
  return (name && steps[name]) ?? 0;
}
