import {readFile, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:https';
import {dynamicNames, runtime} from './places.ts';

// A provider of dynamic names, as many routers know it: GET /nic/update?hostname=NAME&myip=ADDRESS with a password. The lab's DNS reads
// the files that it writes. DELETE forgets a name.

const credentials = `Basic ${Buffer.from('lab:a-password-of-the-lab').toString('base64')}`;
const [key, cert] = await Promise.all(
  ['key', 'crt'].map(kind => readFile(`${runtime}/authority/server.${kind}`, 'utf8')),
);

async function answer(method: string, url: URL, authorization: string | undefined): Promise<string> {
  if (authorization !== credentials) return 'badauth';
  const [name = '', address = ''] = ['hostname', 'myip'].map(each => url.searchParams.get(each) ?? '');
  if (!/^[a-z.]+\.example\.test$/.test(name)) return 'nohost';
  const file = `${dynamicNames}/${name}`;
  if (method === 'DELETE') {
    await rm(file, {force: true});
    return 'gone';
  }
  await writeFile(file, `${address} ${name}\n`, {mode: 0o644});
  return `good ${address}`;
}

createServer({...(key && {key}), ...(cert && {cert})}, ({method = 'GET', url = '/', headers}, response) => {
  console.log(method, url.split('?')[0]);
  answer(method, new URL(url, 'https://dyn.example.net'), headers.authorization).then(
    text => response.end(text),
    error => response.end(String(error)),
  );
}).listen(443, '198.51.100.12');
