import {execa} from 'execa';
import {describe, expect, test} from 'vitest';

const scripts = [
  'bench',
  'build',
  'install-dependencies',
  'install-packages',
  'lab',
  'release',
  'screens',
  'sign',
  'test',
];

describe.each(scripts)('scripts/%s', name => {
  test.each(['--help', '-h'])('%s says what it does, with an example, and does nothing', async option => {
    const {stdout, stderr, exitCode} = await execa(`scripts/${name}`, [option], {stdin: 'ignore', timeout: 10_000});
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''});
    expect(stdout).toContain(`scripts/${name}`);
    expect(stdout).toMatch(/^[A-Zs].+/);
    expect(stdout).toMatch(/^Example: /m);
    expect(stdout).not.toContain('#!');
  });
});
