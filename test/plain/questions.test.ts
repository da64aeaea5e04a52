import {describe, expect, test} from 'vitest';
import type {Conversation} from '../../src/plain/conversation.ts';
import {askAll} from '../../src/plain/questions.ts';
import {questions} from '../tui/samples.ts';

function answer(...typed: readonly string[]): Conversation & {readonly said: readonly string[]} {
  const lines = [...typed];
  const said: string[] = [];
  return {
    said,
    say: text => void said.push(text),
    hear: async prompt => {
      said.push(prompt);
      return lines.shift();
    },
    end: () => undefined,
  };
}

describe('the questions, line by line', () => {
  test('take answers, and the values in brackets', async () => {
    const talk = answer('meet.example.org', 'a@example.org', '', '');
    expect(await askAll(questions, talk)).toEqual({
      domain: 'meet.example.org',
      contact: 'a@example.org',
      'turn.enabled': 'true',
      'turn.domain': 'turn.example.org',
    });
    expect(talk.said).toContain('yes or no [yes]: ');
    expect(talk.said).toContain('[turn.example.org]: ');
  });

  test('say what is wrong and ask again', async () => {
    const talk = answer('meet', 'meet.example.org', 'a@example.org', 'no');
    expect(await askAll(questions, talk)).toMatchObject({domain: 'meet.example.org', 'turn.enabled': 'false'});
    expect(talk.said.join('\n')).toContain('"meet" is not a domain. Type a name with a dot');
  });

  test.each([undefined, 'Extras'])('take only yes or no, also for the group %s', async group => {
    const kind = {type: 'yes-or-no'} as const;
    const question = {key: 'lobby', title: 'Lobby?', help: '', kind, check: () => undefined, ...(group && {group})};
    const talk = answer('nonsense', 'yes', 'nonsense', 'yes');
    expect(await askAll([question], talk)).toEqual({lobby: 'true'});
    expect(talk.said.filter(line => line === 'Type yes or no.')).toHaveLength(group ? 2 : 1);
  });

  test('return to earlier ones, and keep the answers', async () => {
    const talk = answer('meet.example.org', '<', '', 'a@example.org', 'no');
    expect(await askAll(questions, talk)).toMatchObject({domain: 'meet.example.org'});
    expect(talk.said.filter(line => line === '[meet.example.org]: ')).toHaveLength(1);
  });

  test('forget the answer to a question that is no longer asked', async () => {
    const talk = answer('meet.example.org', 'a@example.org', 'yes', '<', 'no');
    expect(Object.keys((await askAll(questions, talk)) ?? {})).toEqual(['domain', 'contact', 'turn.enabled']);
  });

  test('end when the user leaves', async () => {
    expect(await askAll(questions, answer('meet.example.org'))).toBeUndefined();
  });
});
