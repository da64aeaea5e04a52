import {readFile} from 'node:fs/promises';
import {describe, expect, test} from 'vitest';
import {type FileKey, fileKeys, fileRules, judgeFile} from '../../../src/stack/branding/files.ts';
import {readBranding} from '../../../src/stack/branding/read.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const samples = {
  PNG: bytes('89504e470d0a1a0a0000'),
  JPEG: bytes('ffd8ffe0'),
  WebP: bytes('524946460000000057454250'),
  ICO: bytes('00000100'),
  SVG: Buffer.from(svg),
  HTML: Buffer.from('<style>.welcome {color: red}</style>'),
};

test.each(fileKeys)('%s is judged by its content', key => {
  for (const [type, content] of Object.entries(samples)) {
    const isText = fileRules[key].types.includes('HTML') && type === 'SVG';
    const judged = judgeFile(key, content);
    if ((fileRules[key].types as readonly string[]).includes(type)) expect(judged).toEqual({type});
    else if (!isText) expect(judged, type).toMatchObject({fault: expect.stringMatching(/^is not .* by its content$/)});
  }
});

test.each([
  ['favicon', Buffer.alloc(0), 'is empty'],
  ['favicon', Buffer.concat([samples.ICO, Buffer.alloc(256_000)]), 'has 256,004 bytes; the limit is 256,000'],
  ['logo.file', Buffer.from('GIF89a'), 'is not SVG, PNG, JPEG or WebP by its content'],
  ['logo.file', Buffer.from('<svg>'), 'is not well-formed: <svg> is not closed'],
  ['head', bytes('ff00'), 'is not HTML by its content'],
] satisfies [FileKey, Buffer, string][])('%s: a file that is not usable has one fault', (key, content, fault) => {
  expect(judgeFile(key, content)).toEqual({fault});
});

describe('the files of a host', () => {
  const directory = {directory: true} as const;
  const read = (files: Parameters<typeof createMemoryHost>[0], branding = '') => {
    const host = createMemoryHost(files);
    const required = 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n';
    return readBranding(host, makeInput({settings: `${required}${branding}`}).settings);
  };
  const tree = {'/srv/jitsi': directory, '/srv/jitsi/branding': directory, '/srv/jitsi/branding/watermark.svg': svg};

  test('are those in branding/, unless a setting names another', async () => {
    expect((await read({files: tree})).files).toMatchObject([
      {key: 'logo.file', type: 'SVG', source: 'branding/watermark.svg'},
    ]);
    const files = {...tree, '/root/logo.svg': `${svg}\n`, '/root/link': {link: '/root/logo.svg'}};
    for (const path of ['/root/logo.svg', '/root/link']) {
      const found = await read({files}, `branding: {logo: {file: ${path}}}`);
      expect(found).toMatchObject({files: [{source: 'the setting branding.logo.file'}], problems: []});
      expect(Buffer.from(found.files[0]?.bytes ?? '').toString()).toBe(`${svg}\n`);
    }
  });

  test.each([
    ['/root/none.ico', '/root/none.ico is not there.'],
    ['/root', '/root is not a file.'],
    ['/root/big.ico', '/root/big.ico has 300,000 bytes; the limit is 256,000.'],
    ['/root/secret.ico', '/root/secret.ico can only be read with sudo.'],
  ])('that cannot be used are one problem: %s', async (path, summary) => {
    const files = {'/root/big.ico': 'x'.repeat(300_000), '/root/secret.ico': 'x'};
    const found = await read({files, denied: ['/root/secret.ico']}, `branding: {favicon: ${path}}`);
    expect(found.files).toEqual([]);
    expect(found.problems).toMatchObject([{code: 'branding-file', summary}]);
  });

  test('that an earlier run wrote are known, and no others', async () => {
    const stored = '/srv/jitsi/storage/branding';
    const files = {
      '/srv/jitsi': directory,
      '/srv/jitsi/storage': directory,
      [stored]: directory,
      ...Object.fromEntries(['labels-nl.json', 'watermark.png', 'mine.txt'].map(name => [`${stored}/${name}`, 'x'])),
      '/srv/jitsi/web': directory,
      '/srv/jitsi/web/nginx-custom': directory,
      '/srv/jitsi/web/nginx-custom/branding.conf': await readFile('assets/web/branding.conf', 'utf8'),
      '/srv/jitsi/web/custom-interface_config.js': '// mine\n',
    };
    expect((await read({files})).former).toEqual([
      `${stored}/labels-nl.json`,
      `${stored}/watermark.png`,
      '/srv/jitsi/web/nginx-custom/branding.conf',
    ]);
  });
});
