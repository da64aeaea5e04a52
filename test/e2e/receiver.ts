import {readFileSync} from 'node:fs';
import {createServer as createHttpsServer} from 'node:https';
import {createServer} from 'node:net';
import {createSecureContext} from 'node:tls';
import {serveSmtp} from '../network/smtp-server.ts';

// A mail server and a web hook for the lab. It prints every message as a line of JSON, and lasts until its standard input ends:
// `node receiver.ts ADDRESS USER PASSWORD TOKEN`.

const [address = '', user = '', password = '', token = ''] = process.argv.slice(2);
const authority = '/run/jitsi-onebox-lab/authority';
const credentials = {key: readFileSync(`${authority}/server.key`), cert: readFileSync(`${authority}/server.crt`)};
const secureContext = createSecureContext(credentials);
const print = (message: object) => console.log(JSON.stringify(message));

const mailServer = createServer(socket => {
  const onMail = (mail: object) => print({way: 'mail', ...mail});
  void serveSmtp(socket, {secureContext, account: {user, password}, onMail});
});
const hook = createHttpsServer(credentials, async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const isKnown = request.headers['x-token'] === token;
  if (isKnown) print({way: 'web hook', ...JSON.parse(body)});
  response.writeHead(isKnown ? 204 : 403).end(isKnown ? '' : 'wrong token');
});
mailServer.listen(587, address, () => hook.listen(443, address, () => print({way: 'ready'})));
process.stdin.resume().on('end', () => process.exit());
