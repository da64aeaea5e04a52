import {expect, test} from 'vitest';
import {enterGuest, enterRoom} from './enter.ts';

const hostile = ['printf', '%s', 'a b', '', '$HOME', "'; exit 3", '*', '--'];

test('a command reaches a room with its words unchanged', () => {
  expect(enterRoom('lan', hostile).slice(-hostile.length)).toEqual(hostile);
});

test('a command reaches the guest with its words unchanged, after root’s login environment', () => {
  const line = enterGuest(42, hostile, 'tmux-256color');
  expect(line.slice(-hostile.length - 1)).toEqual(['TERM=tmux-256color', ...hostile]);
  expect(line).toContain('HOME=/root');
});
