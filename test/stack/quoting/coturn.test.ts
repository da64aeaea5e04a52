import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {expect, test} from 'vitest';
import {quoteCoturn, Unquotable} from '../../../src/stack/quoting.ts';
import {describeWith, inDirectory} from '../parsers.ts';

const values = [
  'plain',
  'a b',
  ' a ',
  '= x',
  '"',
  '""',
  'a"',
  '"a',
  '#',
  ';',
  'a;',
  '\\',
  "'",
  '$X %h',
  '{}',
  '字',
  '-x',
  '=',
  'a\u00a0',
  'x'.repeat(120),
];

describeWith(['turnserver'], () => {
  test('every value is read back as it was', async () => {
    const read: (string | undefined)[] = [];
    for (const value of values) read.push(await findRealm(quoteCoturn(value)));
    expect(read).toEqual(values);
  }, 20_000);
});

test('a plain word is written as it is', () => {
  expect(quoteCoturn('10.0.0.1')).toBe('10.0.0.1');
  expect(quoteCoturn('')).toBe('""');
});

test.each(['a\nb', '\0', '\ud800', 'x'.repeat(901)])('%j cannot be written for coturn', value => {
  expect(() => quoteCoturn(value)).toThrow(Unquotable);
});

/** Starts a server that listens nowhere, and reads from its output which realm it understood. */
function findRealm(text: string): Promise<string | undefined> {
  return inDirectory(async directory => {
    const file = join(directory, 'turnserver.conf');
    const frame = ['no-udp', 'no-tcp', 'no-tls', 'no-dtls', 'no-cli', 'log-file=stdout', 'listening-ip=127.0.0.1'];
    const places = [`userdb=${directory}/db`, `pidfile=${directory}/pid`];
    await writeFile(file, [...frame, ...places, `realm=${text}`, ''].join('\n'));
    const server = spawn('turnserver', ['-c', file], {stdio: ['ignore', 'pipe', 'ignore']});
    const ended = once(server, 'exit');
    try {
      for await (const line of createInterface({input: server.stdout})) {
        const [, realm] = /Default realm: (.*)$/.exec(line) ?? [];
        if (realm !== undefined) return realm;
      }
      return undefined;
    } finally {
      server.kill('SIGKILL');
      await ended;
    }
  });
}
