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
  ['head', Buffer.from('JVB_AUTH_PASSWORD=x # <admin@example.org>, 1 < 2\n'), 'is not HTML by its content'],
  ['plugin-head', Buffer.from(`${samples.HTML}-----BEGIN EC PRIVATE KEY-----\n`), 'has a private key in it'],
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

  const html = {content: '<style></style>', mode: 0o644};
  test.each([
    [{...html, uid: 1000}, undefined, 'it belongs to the user with number 1000'],
    [{...html, mode: 0o664, gid: 1000}, undefined, 'its mode is 664'],
    [{link: '/srv/jitsi/.env'}, undefined, 'it is a link to /srv/jitsi/.env'],
    [html, {directory: true, uid: 1000}, '/pages belongs to the user with number 1000'],
    [html, {directory: true, mode: 0o777}, 'everybody may write in /pages'],
    [html, {link: '/root'}, '/pages is a link to /root'],
  ] as const)('that hold HTML are safe from others than root: %j in %j', async (file, parent, reason) => {
    const path = '/pages/head.html';
    const files = {
      '/root/head.html': html,
      ...(parent && {'/pages': parent}),
      ...(parent && 'link' in parent ? {} : {[path]: file}),
    };
    const found = await read({files}, `branding: {plugin-head: ${path}}`);
    expect(found.files).toEqual([]);
    expect(found.problems).toMatchObject([
      {
        code: 'branding-file',
        summary: expect.stringContaining(reason),
        remedy: expect.stringContaining(`sudo install -m 644 ${path} /root/head.html`),
      },
    ]);
  });

  test('that hold pictures can be anywhere', async () => {
    const pictures = {
      '/home/alice': {directory: true, uid: 1000},
      '/home/alice/logo.svg': {content: svg, uid: 1000},
    } as const;
    expect((await read({files: pictures}, 'branding: {logo: {file: /home/alice/logo.svg}}')).problems).toEqual([]);
  });

  test('that hold HTML are read where only root can write', async () => {
    const found = await read({files: {'/root/head.html': html}}, 'branding: {head: /root/head.html}');
    expect(found).toMatchObject({files: [{key: 'head', type: 'HTML'}], problems: []});
    const dropped = {...tree, '/srv/jitsi/branding/head.html': {...html, uid: 1000}};
    expect((await read({files: dropped})).problems).toMatchObject([
      {remedy: expect.stringContaining('sudo install -m 644 FILE /srv/jitsi/branding/head.html')},
    ]);
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
