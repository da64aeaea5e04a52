import {once} from 'node:events';
import type {IncomingMessage} from 'node:http';

const patience = 20_000;
/** An answer is only shown, so its beginning is enough. */
const longest = 200;

/** A URL that takes messages, and the header that it knows us by. */
export type WebHook = {readonly url: string; readonly header?: readonly [name: string, value: string]};

/** Posts JSON to a URL, and returns the status; throws with the server's own words if it does not accept it. Redirects are not followed. */
export async function postJson({url, header}: WebHook, body: string): Promise<number> {
  const {request} = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  const signal = AbortSignal.timeout(patience);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'jitsi-onebox',
    ...(header && {[header[0]]: header[1]}),
  };
  const call = request(url, {method: 'POST', headers, signal, agent: false}).end(body);
  const [response]: IncomingMessage[] = await once(call, 'response', {signal});
  if (!response) throw new Error('no answer');
  const {statusCode = 0} = response;
  const said = await readStart(response);
  if (statusCode < 200 || statusCode > 299) throw new Error(`the server answered ${statusCode}${said && `: ${said}`}`);
  return statusCode;
}

async function readStart(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > longest) break;
  }
  return text.slice(0, longest).trim();
}
