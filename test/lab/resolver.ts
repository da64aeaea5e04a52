import {Resolver} from 'node:dns/promises';
import {createServer} from 'node:http';

/**
 * A resolver over HTTPS in the JSON form of Cloudflare and Google, behind the front. It knows what the lab's DNS knows, except for
 * names that differ within the host's own network.
 */
const outside: Readonly<Record<string, string>> = {
  'split.example.test': '198.51.100.10',
  'stale.example.test': '198.51.100.10',
  'wrong.example.test': '198.51.100.99',
};
const types: Readonly<Record<string, number>> = {A: 1, AAAA: 28, CAA: 257};
const resolver = new Resolver({timeout: 1000, tries: 2});
resolver.setServers(['198.51.100.53']);

const server = createServer((request, response) => {
  const {searchParams} = new URL(request.url ?? '', 'http://localhost');
  const [name = '', type = ''] = [searchParams.get('name') ?? '', searchParams.get('type') ?? ''];
  void resolve(name, type).then(data => {
    const Answer = data.map(each => ({name, type: types[type], TTL: 1, data: each}));
    response.writeHead(200, {'content-type': 'application/dns-json'}).end(JSON.stringify({Status: 0, Answer}));
  });
});
server.listen(8053, '127.0.0.1');

async function resolve(name: string, type: string): Promise<readonly string[]> {
  try {
    if (type === 'A') return name in outside ? [outside[name] ?? ''] : await resolver.resolve4(name);
    if (type === 'AAAA') return await resolver.resolve6(name);
    const records = await resolver.resolveCaa(name);
    return records.map(({critical, issue = ''}) => `${critical} issue "${issue}"`);
  } catch {
    return [];
  }
}
