import {once} from 'node:events';
import type {IncomingHttpHeaders, IncomingMessage} from 'node:http';
import {connect, type Socket} from 'node:net';
import {resolveAddress} from './dns.ts';
import {connectTls, showCertificate, type TlsTarget} from './tls.ts';

// An import would also load the whole of Node’s fetch, at every start: the module names it among its exports.
const {request} = process.getBuiltinModule('node:http');

/** A page to ask for; `post` sends something to it. */
export type HttpTarget = TlsTarget & {
  readonly path: string;
  readonly headers?: IncomingHttpHeaders;
  readonly post?: {readonly content: string; readonly headers: Readonly<Record<string, string>>};
  /** The most characters of the answer that are read. */
  readonly longest?: number;
};

export type HttpAnswer = {readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string};

// More than any page or script that is fetched here.
const usualLongest = 512 * 1024;

/** Fetches a page over TLS from an address, under a name. */
export async function askHttps(target: HttpTarget, signal: AbortSignal): Promise<HttpAnswer> {
  return askOver(await connectTls(target, signal), target, signal);
}

/** Fetches a page without TLS. */
export async function askHttp(target: HttpTarget, signal: AbortSignal): Promise<HttpAnswer> {
  return askOver(await connectTcp(target, signal), target, signal);
}

/** Fetches a page over HTTPS through go-mmproxy, with a PROXY header that names another client. */
export async function askAsProxy(
  target: TlsTarget & {readonly path: string; readonly client: {readonly family: 4 | 6; readonly address: string}},
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const {family, address} = target.client;
  const over = await connectTcp(target, signal);
  over.write(`PROXY TCP${family} ${address} ${family === 4 ? '127.0.0.1' : '::1'} 50000 443\r\n`);
  return askHttps({...target, over}, signal);
}

type PageOptions = Pick<HttpTarget, 'headers' | 'post'> & {
  readonly signal: AbortSignal;
  /** Whether the name is looked up as all programs of this machine do, and a link without TLS is right too. */
  readonly isLocal?: boolean;
};

/** Fetches a page of a server whose certificate this machine trusts. */
export async function fetchPage(
  link: string,
  {headers, post, signal, isLocal = false}: PageOptions,
): Promise<HttpAnswer> {
  const {protocol, hostname, host, port, pathname, search} = new URL(link);
  const name = hostname.replaceAll(/[[\]]/g, '');
  const address = isLocal ? name : await resolveAddress(name, signal);
  const isPlain = isLocal && protocol === 'http:';
  const target = {name, address, port: Number(port) || (isPlain ? 80 : 443)};
  const over = await (isPlain ? connectTcp(target, signal) : connectTrusted(target, signal));
  return askOver(
    over,
    {name: host, path: `${pathname}${search}`, ...(headers && {headers}), ...(post && {post})},
    signal,
  );
}

async function connectTrusted(target: TlsTarget, signal: AbortSignal): Promise<Socket> {
  const socket = await connectTls(target, signal);
  const {fault} = showCertificate(socket);
  if (fault === undefined) return socket;
  socket.destroy();
  throw new Error(`this machine does not trust the certificate of ${target.name}: ${fault}`);
}

/** Asks for a page over https under its name, and returns the status of the answer. */
export async function askStatus(url: string, signal: AbortSignal): Promise<number> {
  const {hostname, port, pathname, search} = new URL(url);
  const address = await resolveAddress(hostname, signal);
  const target = {name: hostname, address, port: port === '' ? 443 : Number(port), path: pathname + search};
  return (await askHttps(target, signal)).status;
}

/** Returns whether a TCP port accepts connections. */
export async function isOpen(target: {readonly address: string; readonly port: number}, signal: AbortSignal) {
  const socket = await connectTcp(target, signal).catch(() => undefined);
  socket?.destroy();
  return socket !== undefined;
}

/** Opens a TCP connection; a name is looked up as all programs of this machine do. */
export async function connectTcp(
  {address, port}: Pick<TlsTarget, 'address' | 'port'>,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({host: address, port});
  try {
    await once(socket, 'connect', {signal});
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function askOver(
  socket: Socket,
  {name, path, headers, post, longest}: Pick<HttpTarget, 'name' | 'path' | 'headers' | 'post' | 'longest'>,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  try {
    const own = {...headers, host: name, ...post?.headers};
    const sent = post ? {...own, 'content-length': Buffer.byteLength(post.content)} : own;
    const method = post ? 'POST' : 'GET';
    const call = request({createConnection: () => socket, method, path, headers: sent, signal}).end(post?.content);
    const [response]: IncomingMessage[] = await once(call, 'response', {signal});
    if (!response) throw new Error('no answer');
    return {status: response.statusCode ?? 0, headers: response.headers, body: await readBody(response, longest)};
  } finally {
    socket.destroy();
  }
}

async function readBody(response: IncomingMessage, longest = usualLongest): Promise<string> {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk;
    if (body.length > longest) break;
  }
  return body;
}
