import {accessSync, appendFileSync, constants, existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';

const data = '/opt/etherpad-lite/var';
const database = `${data}/dirty.db`;

// The real one would call its package manager now, which writes into the root.
if (!existsSync(`${data}/installed_plugins.json`)) throw new Error('installed_plugins.json is missing: pnpm ls fails');
accessSync(data, constants.W_OK);

/** The texts, as the last line of each says. */
const readPads = (): ReadonlyMap<string, string> => {
  const text = existsSync(database) ? readFileSync(database, 'utf8') : '';
  const lines = text.split('\n').filter(line => line !== '');
  return new Map(lines.map(line => JSON.parse(line)).map(({key, val}) => [key, val]));
};

const server = createServer((request, response) => {
  const [path = '/'] = (request.url ?? '/').split('?');
  const [, pad, isExport] = /^\/p\/([^/]+)(\/export\/txt)?$/.exec(path) ?? [];
  if (path === '/health') {
    response.setHeader('Content-Type', 'application/health+json');
    response.end('{"status":"pass","releaseId":"3.3.1"}');
  } else if (pad === undefined) {
    response.statusCode = 404;
    response.end();
  } else if (isExport) {
    response.end(readPads().get(`pad:${pad}`) ?? '');
  } else if (request.method === 'POST') {
    // Participants write over a socket; here a request stands for that.
    request.on('data', chunk =>
      appendFileSync(database, `${JSON.stringify({key: `pad:${pad}`, val: String(chunk)})}\n`),
    );
    request.on('end', () => response.end());
  } else {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>${pad} | Etherpad</title><div id="editorcontainer"></div>`);
  }
});
server.listen(Number(process.env.PORT ?? 9001));
process.on('SIGTERM', () => process.exit(0));
