import {expect, test} from 'vitest';
import {CommandFailed, describeError, Problem} from '../../src/model/problem.ts';

test.each([
  ['a problem', new Problem({code: 'no-room', summary: 'Full.', remedy: 'Free some space.'}), 'no-room'],
  ['a command that failed', new CommandFailed({argv: ['apt-get'], exitCode: 100, tail: []}), 'command-failed'],
  ['a full disk', Object.assign(new Error('write'), {code: 'ENOSPC'}), 'disk-full'],
  ['a full quota', Object.assign(new Error('write'), {code: 'EDQUOT'}), 'disk-full'],
  ['another error of the system', Object.assign(new Error('open'), {code: 'EACCES'}), 'bug'],
  ['something that is no error', 'x', 'bug'],
])('%s has a code', (_what, error, code) => {
  expect(describeError(error)).toMatchObject({code, summary: expect.stringMatching(/./)});
});
