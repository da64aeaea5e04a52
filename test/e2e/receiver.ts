import {readFileSync} from 'node:fs';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import {createServer} from 'node:net';
import {text} from 'node:stream/consumers';
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
const hook = createHttpsServer(credentials, (request, response) => void receive(request, response));
mailServer.listen(587, address, () => hook.listen(443, address, () => print({way: 'ready'})));
process.stdin.resume().on('end', () => process.exit());

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isKnown = request.headers['x-token'] === token;
  const body = await text(request);
  if (isKnown) print({way: 'web hook', ...JSON.parse(body)});
  response.writeHead(isKnown ? 204 : 403).end(isKnown ? '' : 'wrong token');
}
