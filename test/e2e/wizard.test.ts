import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {eventually, lab, outside} from './lab.ts';

const socket = 'jitsi-onebox-test';
const door = new URL('../../scripts/lab', import.meta.url).pathname;
const tmux = async (...argv: readonly string[]) =>
  (await execa('tmux', ['-L', socket, '-f', '/dev/null', ...argv])).stdout;

const screen = () => tmux('capture-pane', '-p', '-t', 'wizard');
const scrollback = () => tmux('capture-pane', '-p', '-S', '-', '-t', 'wizard');
const type = (text: string) => tmux('send-keys', '-t', 'wizard', '-l', text);
const press = (key: string) => tmux('send-keys', '-t', 'wizard', key);

const see = (pattern: RegExp, seconds: number) =>
  eventually(seconds, async () => {
    expect(await screen()).toMatch(pattern);
  });

beforeAll(async () => {
  await lab('fresh');
  await tmux('new-session', '-d', '-s', 'wizard', '-x', '80', '-y', '24', `${door} guest jitsi-onebox`);
  await tmux('set-option', '-t', 'wizard', 'remain-on-exit', 'on');
});

afterAll(async () => {
  await tmux('kill-server');
});

test('a new owner installs a fresh guest by answering what is asked, in a terminal of 80×24', async () => {
  await see(/domain|name/i, 30);
  // With the Enter in the same chunk, as a paste or a slow line brings it.
  await tmux('send-keys', '-t', 'wizard', 'meet.example.test', 'Enter');
  await see(/e-mail/i, 10);
  await type('admin@example.test');
  await press('Enter');
  await see(/relay|TURN/, 10);
  await press('Enter');
  await see(/turn\.example\.test/, 10);
  await press('Enter');
  await see(/all answers/, 10);
  await press('Enter');
  await see(/a apply/, 30);
  await press('a');
  await see(/What the router has to forward/, 240);
  expect(await scrollback()).toContain('Meet at https://meet.example.test/');
  await eventually(30, async () => {
    expect(await outside('curl -sS --max-time 5 -o /dev/null -w "%{http_code}" https://meet.example.test/')).toBe(
      '200',
    );
  });
});
