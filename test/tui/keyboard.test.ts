import type {Key} from 'ink';
import {describe, expect, test} from 'vitest';
import {readStrokes, type Stroke} from '../../src/tui/keyboard.ts';

const name = (key: Extract<Stroke, {type: 'key'}>['name']): Stroke => ({type: 'key', name: key});
const text = (characters: string): Stroke[] => Array.from(characters, character => ({type: 'text', text: character}));

describe('an input event of Ink', () => {
  test.each<[string, string, Partial<Key>, readonly Stroke[]]>([
    ['a letter', 'a', {}, text('a')],
    ['a burst', 'ab', {}, text('ab')],
    ['a word that objects know', 'constructor', {}, text('constructor')],
    ['text and Enter in one read', 'ab\r', {}, [...text('ab'), name('enter')]],
    ['two answers in one read', 'a\rb\r', {}, [...text('a'), name('enter'), ...text('b'), name('enter')]],
    ['a line end of Windows is one Enter', 'a\r\nb', {}, [...text('a'), name('enter'), ...text('b')]],
    ['Enter', '', {return: true}, [name('enter')]],
    ['Tab', '', {tab: true}, [name('tab')]],
    ['Shift-Tab', '', {tab: true, shift: true}, [name('back-tab')]],
    ['an arrow', '', {leftArrow: true}, [name('left')]],
    ['Ctrl with an arrow', '', {leftArrow: true, ctrl: true}, [name('word-left')]],
    ['Ctrl-A', 'a', {ctrl: true}, [name('home')]],
    ['Ctrl-C', 'c', {ctrl: true}, [name('interrupt')]],
    ['Ctrl-C amid text', 'x\x03', {}, [...text('x'), name('interrupt')]],
    ['Ctrl-K', 'k', {ctrl: true}, [name('kill-after')]],
    ['Ctrl-G means nothing', 'g', {ctrl: true}, []],
    ['Alt-b', 'b', {meta: true}, [name('word-left')]],
    ['Alt with another letter means nothing', 'x', {meta: true}, []],
    ['Backspace', '', {backspace: true}, [name('backspace')]],
    ['Alt-Backspace', '', {backspace: true, meta: true}, [name('kill-word')]],
    ['Delete', '', {delete: true}, [name('delete')]],
    ['a letter beyond ASCII', 'ü', {}, text('ü')],
  ])('%s', (_name, input, key, expected) => {
    expect(readStrokes(input, key)).toEqual(expected);
  });
});
