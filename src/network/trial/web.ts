import {timingSafeEqual} from 'node:crypto';
import {once} from 'node:events';
import type {IncomingMessage, Server, ServerResponse} from 'node:http';

// An import would also load the whole of Node’s fetch, at every start: the module names it among its exports.
const {createServer} = process.getBuiltinModule('node:http');

export type WebRequest = {
  readonly method: string;
  /** The path behind the nonce. */
  readonly path: string;
  readonly from: string;
};

export type WebAnswer = {
  readonly status: number;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Answers a request with the right nonce; undefined for a path that does not exist. */
export type WebHandler = (request: WebRequest) => WebAnswer | undefined | Promise<WebAnswer | undefined>;

export type WebOptions = {
  /** The path to the nonce, with it: `/NONCE`. */
  readonly base: string;
  readonly answer: WebHandler;
  /** Reports a connection, before anything is read from it. */
  readonly onConnection?: (from: string) => void;
  /** Whether a proxy of this host is in front, and names the visitor in X-Real-IP. */
  readonly isBehindProxy?: boolean;
};

export type Door = {close(): Promise<void>};

/** More than the page needs in its time, with every port tried again and again. */
const mostAnswers = 5000;
const limits = {maxHeaderSize: 8192, headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 5000};

/** Always there: nothing is cached, and no other page learns the nonce. */
const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'access-control-allow-origin': '*',
};

/** Serves the page of a trial on a TCP port, or on a Unix socket. All but the paths below the nonce is 404. */
export async function serveWeb(at: {port: number} | {path: string}, options: WebOptions): Promise<Door> {
  const server = createServer({...limits, connectionsCheckingInterval: 1000});
  server.maxConnections = 64;
  server.maxRequestsPerSocket = 100;
  let left = mostAnswers;
  server.on('connection', ({remoteAddress}) => options.onConnection?.(readAddress(remoteAddress)));
  server.on('request', (request, response) => {
    left -= 1;
    void respond(request, response, {...options, isOver: left < 0}).catch(() => response.destroy());
  });
  server.on('clientError', (_error, socket) => void socket.destroy());
  server.listen('port' in at ? {port: at.port, host: '0.0.0.0'} : {path: at.path, writableAll: true});
  await once(server, 'listening');
  return {close: () => closeServer(server)};
}

type Response = ServerResponse<IncomingMessage>;

async function respond(
  request: IncomingMessage,
  response: Response,
  {base, answer, isBehindProxy = false, isOver}: WebOptions & {readonly isOver: boolean},
): Promise<void> {
  response.sendDate = false;
  const path = findPath(request.url ?? '', base);
  const hasBody = (request.headers['content-length'] ?? '0') !== '0' || 'transfer-encoding' in request.headers;
  if (path === undefined || hasBody || isOver) {
    response.writeHead(404, {connection: 'close', 'content-length': 0}).end(() => request.destroy());
    return;
  }
  const proxied = isBehindProxy ? request.headers['x-real-ip'] : undefined;
  const from = typeof proxied === 'string' ? proxied : readAddress(request.socket.remoteAddress);
  const found = await answer({method: request.method ?? '', path, from});
  const {status, body = '', headers: own = {}} = found ?? {status: 404};
  response.writeHead(status, {...headers, ...own}).end(body);
}

/** Returns the path behind the nonce. The comparison takes as long for every guess. */
function findPath(url: string, base: string): string | undefined {
  const [own, wanted] = [Buffer.from(url.slice(0, base.length)), Buffer.from(base)];
  if (own.length !== wanted.length || !timingSafeEqual(own, wanted)) return undefined;
  const [path = ''] = url.slice(base.length).split('?');
  return path === '' || path.startsWith('/') ? path : undefined;
}

/** Reads an address; a socket of both families shows IPv4 ones within IPv6. */
function readAddress(address = ''): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/, '');
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}
