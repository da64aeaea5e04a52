import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {quoteHaproxy, Unquotable} from '../../../src/stack/quoting.ts';
import {sampleHostile} from '../hostile.ts';
import {describeWith, haproxyAccepts} from '../parsers.ts';
import {end, findDifferences, quoteAll} from './quotable.ts';
import {fetchAnswers} from './serve.ts';

describeWith(['haproxy'], () => {
  test('every value is read back as it was, and so is the text after it', async () => {
    // HAProxy does not accept an empty answer.
    const values = sampleHostile(300).filter(value => value !== '');
    const quoted = [...quoteAll(values, quoteHaproxy), end];
    expect(findDifferences(quoted, await serve(quoted.map(({text}) => text)))).toEqual([]);
  });

  test('HAProxy accepts the longest value that passes', async () => {
    const value = 'x'.repeat(4000);
    expect(await serve([quoteHaproxy(value)])).toEqual([value]);
    expect(() => quoteHaproxy(`${value}x`)).toThrow(Unquotable);
  });

  test('an empty value is still an argument', async () => {
    const frame = (text: string) =>
      `defaults\n  mode tcp\n  timeout client 1s\nfrontend f\n  bind 127.0.0.1:1\n  acl a req.ssl_sni -i ${text}\n`;
    expect(await haproxyAccepts(frame(quoteHaproxy('')))).toMatchObject({accepted: true});
    expect(await haproxyAccepts(frame('"'))).toMatchObject({accepted: false});
  });
});

test.each(['a\nb', '\0', '\ud800'])('%j cannot be written for HAProxy', value => {
  expect(() => quoteHaproxy(value)).toThrow(Unquotable);
});

test('everything printable can', () => {
  expect(quoteHaproxy(`it's "5 $" \\ # 字`)).toBe(`'it'\\''s "5 $" \\ # 字'`);
});

function serve(texts: readonly string[]): Promise<readonly string[]> {
  return fetchAnswers({
    count: texts.length,
    async prepare(directory, socket) {
      await writeFile(join(directory, 'haproxy.cfg'), configure(socket, texts));
      return ['/usr/sbin/haproxy', '-db', '-f', join(directory, 'haproxy.cfg')];
    },
  });
}

function configure(socket: string, texts: readonly string[]): string {
  const answers = texts.map(
    (text, index) => `  http-request return status 200 content-type text/plain string ${text} if { path /${index} }`,
  );
  return `defaults
  mode http
  timeout client 9s
frontend probe
  bind unix@${socket}
${answers.join('\n')}
`;
}
