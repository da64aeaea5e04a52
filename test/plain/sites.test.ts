import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import {readSite} from '../../src/commands/site-desk.ts';
import {showSites} from '../../src/plain/sites.ts';

async function talk(lines: string) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  stdin.end(lines);
  const list = async () => [{domain: 'www.example.org', text: 'files, /srv/www.'}];
  const wish = await showSites({list, read: readSite}, {stdin, stdout});
  stdout.end();
  return {wish, said: await text(stdout)};
}

test('in plain mode a site is added once its entry fits', async () => {
  const {wish, said} = await talk('dance\nadd shop.example.org\nadd shop.example.org 127.0.0.1:8080\n');
  expect(wish).toEqual({action: 'add', domain: 'shop.example.org', site: {to: '127.0.0.1:8080'}});
  expect(said).toMatch(/www\.example\.org: files, \/srv\/www\..*one of these words.*after a blank/s);
});

test('only a site that is there is removed', async () => {
  const {wish, said} = await talk('remove other.example.org\nremove www.example.org\n');
  expect(wish).toEqual({action: 'remove', domain: 'www.example.org'});
  expect(said).toContain('There is no such site.');
  expect((await talk('back\n')).wish).toBeUndefined();
});
