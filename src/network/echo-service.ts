import type {IncomingMessage} from 'node:http';
import type {get as getHttps} from 'node:https';
import {resolveAddress} from './resolve.ts';

// An address has at most 15 characters; whoever sends more is not answering the question.
const longest = 64;

/** Asks a web service that answers with its caller's IPv4 address and nothing else. */
export async function askEchoService(url: string, signal: AbortSignal, get?: typeof getHttps): Promise<string> {
  const {hostname, host, port, pathname} = new URL(url);
  const address = await resolveAddress(hostname, signal);
  // Loaded with the first question: an HTTP client would delay the first screen.
  const ask = get ?? (await import('node:https')).get;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    ask({host: address, servername: hostname, port, path: pathname, headers: {host}, agent: false, signal}, resolve).on(
      'error',
      reject,
    );
  });
  return readAnswer(response);
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) throw new Error(`answered with status ${response.statusCode}`);
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk;
    if (body.length > longest) throw new Error('the answer is no address');
  }
  return body.trim();
}
