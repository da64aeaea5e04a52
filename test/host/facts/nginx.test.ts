import {describe, expect, test} from 'vitest';
import {readNginxSites} from '../../../src/host/facts/nginx.ts';
import type {NginxSite} from '../../../src/model/facts.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

const main = `user www-data;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 768; }
http {
	# include /etc/nginx/never/*;
	upstream app { server 127.0.0.1:3000; }
	include /etc/nginx/conf.d/*.conf;
	include sites-enabled/*;
}
`;

function sitesOf(files: Readonly<Record<string, string>>): Promise<readonly NginxSite[] | undefined> {
  const below = Object.entries(files).map(([path, text]) => [`/etc/nginx/${path}`, text]);
  const host = createMemoryHost({files: {'/etc/nginx/nginx.conf': main, ...Object.fromEntries(below)}});
  return readNginxSites(host).then(fact => fact.value);
}

describe('sites', () => {
  test('come only from files that nginx reads', async () => {
    const server = (name: string) => `server { listen 80; server_name ${name}; }`;
    const found = await sitesOf({
      'sites-enabled/b': server('b.example'),
      'sites-enabled/.hidden': server('hidden.example'),
      'conf.d/a.conf': server('a.example'),
      'conf.d/a.conf.bak': server('old.example'),
      'sites-available/c': server('c.example'),
      'never/d': server('d.example'),
    });
    expect(found?.map(({names}) => names[0])).toEqual(['a.example', 'b.example']);
  });

  test('have all their names and listens, as written', async () => {
    const text = `server {
  listen 443 ssl default_server; # { ; }
  listen [::]:443 ssl;
  server_name shop.example "www.shop.example"
    ~^(?<sub>.+)\\.shop\\.example$;
  location ~ "^/a{2};" { return 200 "server_name not.me; }"; }
}
server {listen 127.0.0.1:8081;}`;
    expect(await sitesOf({'sites-enabled/shop': text})).toEqual([
      {
        file: '/etc/nginx/sites-enabled/shop',
        line: 1,
        names: ['shop.example', 'www.shop.example', '~^(?<sub>.+)\\.shop\\.example$'],
        listens: ['443 ssl default_server', '[::]:443 ssl'],
      },
      {file: '/etc/nginx/sites-enabled/shop', line: 8, names: [], listens: ['127.0.0.1:8081']},
    ]);
  });

  test('have the directives of snippets, even nested ones', async () => {
    const found = await sitesOf({
      'sites-enabled/x': 'server { include snippets/tls.conf; server_name x.example; }',
      'snippets/tls.conf': 'include snippets/ports-*.conf;',
      'snippets/ports-4.conf': 'listen 443 ssl;',
    });
    expect(found).toEqual([{file: '/etc/nginx/sites-enabled/x', line: 1, names: ['x.example'], listens: ['443 ssl']}]);
  });

  test('are read once if includes form a circle', async () => {
    const circle = 'include sites-enabled/*; server { include sites-enabled/*; listen 81; }';
    expect(await sitesOf({'sites-enabled/x': circle})).toHaveLength(1);
  });

  test('with syntax errors do not hide the others', async () => {
    const found = await sitesOf({
      'sites-enabled/a': 'server { listen 80; server_name "a.example',
      'sites-enabled/b': '}}} server { listen 81; }',
      'sites-enabled/c': 'server { listen 82; }',
    });
    expect(found?.map(({listens}) => listens)).toEqual([['80'], ['81'], ['82']]);
  });

  test('are separated after a Lua block with an apostrophe', async () => {
    const text = `server { listen 80; location / { content_by_lua_block { -- don't
      if x then ngx.say("{}") end } } }
server { listen 81; }`;
    expect((await sitesOf({'sites-enabled/lua': text}))?.map(({listens}) => listens)).toEqual([['80'], ['81']]);
  });
});

test('without nginx there are no sites', async () => {
  expect(await readNginxSites(createMemoryHost())).toEqual({value: [], source: 'nginx is not installed'});
});

test('an unreadable file makes them unknown, and is named as the source', async () => {
  const files = {'/etc/nginx/nginx.conf': main, '/etc/nginx/sites-enabled/x': 'server {}'};
  const host = createMemoryHost({files, denied: ['/etc/nginx/sites-enabled/x']});
  await expect(readNginxSites(host)).rejects.toMatchObject({source: '/etc/nginx/sites-enabled/x'});
});
