import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {quoteNginx, Unquotable} from '../../../src/stack/quoting.ts';
import {sampleHostile} from '../hostile.ts';
import {describeWith, nginxAccepts, wrapSite} from '../parsers.ts';
import {end, findDifferences, quoteAll} from './quotable.ts';
import {fetchAnswers} from './serve.ts';

describeWith(['nginx'], () => {
  test('every value is read back as it was, and so is the text after it', async () => {
    const quoted = [...quoteAll(sampleHostile(300), quoteNginx), end];
    expect(findDifferences(quoted, await serve(quoted.map(({text}) => text)))).toEqual([]);
  });

  test('nginx accepts the longest value that passes', async () => {
    const value = 'x '.repeat(1999);
    expect(await serve([quoteNginx(value)])).toEqual([value]);
    expect(() => quoteNginx(`${value}x`)).toThrow(Unquotable);
  });

  test('nginx rejects a value without its quotes', async () => {
    expect(await nginxAccepts(wrapSite(`server { server_name ${quoteNginx('a; }')}; }`))).toMatchObject({
      accepted: true,
    });
    expect(await nginxAccepts(wrapSite('server { server_name a; }; }'))).toMatchObject({accepted: false});
  });
});

test.each(['$host', 'a\nb', '\0', '\ud800'])('%j cannot be written for nginx', value => {
  expect(() => quoteNginx(value)).toThrow(Unquotable);
});

test.each(['/srv/a b', 'Who? Me; {you} & "them" 100 % #1', 'bücher 字 😀'])('%j can', value => {
  expect(quoteNginx(value)).toMatch(/^".*"$/);
});

function serve(texts: readonly string[]): Promise<readonly string[]> {
  return fetchAnswers({
    count: texts.length,
    async prepare(directory, socket) {
      await writeFile(join(directory, 'nginx.conf'), configure(socket, texts));
      return ['/usr/sbin/nginx', '-p', directory, '-c', 'nginx.conf'];
    },
  });
}

function configure(socket: string, texts: readonly string[]): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${name};`);
  const locations = texts.map((text, index) => `location = /${index} { return 200 ${text}; }`);
  return `daemon off; master_process off; pid nginx.pid; error_log stderr; events { worker_connections 4096; }
http { access_log off; ${paths.join(' ')}
server { listen unix:${socket};
${locations.join('\n')}
} }
`;
}
