import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {onTestFinished} from 'vitest';

/** What a home router at a loopback address does. */
export type Habits = {
  readonly speaks: readonly ('pcp' | 'nat-pmp' | 'upnp')[];
  /** Ports that another device has. */
  readonly taken?: readonly number[];
  /** Whether it refuses ports below 1024. */
  readonly isStrict?: boolean;
  /** Milliseconds before UPnP answers a search, and before it answers a request. */
  readonly waits?: {readonly search: number; readonly request: number};
  /** What it sends in place of its description. */
  readonly description?: string;
  /** Whether its UPnP knows only forwards for good. */
  readonly isPermanent?: boolean;
};

export type FakeRouter = {readonly gateway: string; readonly forwards: Map<string, string>};

const other = '192.168.1.99';

/** Starts a router for one test. Each test needs an address of its own, since the port of the protocols is fixed. */
export async function startRouter(gateway: string, habits: Habits): Promise<FakeRouter> {
  const forwards = new Map((habits.taken ?? []).map(port => [`${port}/tcp`, other]));
  await Promise.all([
    startMapper(gateway, habits, forwards),
    ...(habits.speaks.includes('upnp') ? [startUpnp(gateway, habits, forwards)] : []),
  ]);
  return {gateway, forwards};
}

async function startMapper(gateway: string, habits: Habits, forwards: Map<string, string>): Promise<void> {
  const socket = createSocket('udp4', (request, from) => {
    const answer = request[0] === 2 ? answerPcp(request, habits, forwards) : answerNatPmp(request, habits, forwards);
    if (answer) socket.send(answer, from.port, from.address);
  });
  onTestFinished(() => void socket.close());
  socket.bind(5351, gateway);
  await once(socket, 'listening');
}

function answerNatPmp(request: Buffer, {speaks, isStrict}: Habits, forwards: Map<string, string>): Buffer | undefined {
  if (!speaks.includes('nat-pmp')) return undefined;
  if (request.length === 2) return Buffer.from([0, 128, 0, 0, 0, 0, 0, 9, 198, 51, 100, 10]);
  const port = request.readUInt16BE(4);
  const key = `${port}/${request[1] === 1 ? 'udp' : 'tcp'}`;
  const answer = Buffer.alloc(16);
  answer[1] = 128 + (request[1] ?? 0);
  if (isStrict && port < 1024) {
    answer.writeUInt16BE(2, 2);
    return answer.subarray(0, 8);
  }
  const lifetime = request.readUInt32BE(8);
  const isTaken = forwards.get(key) === other;
  if (lifetime === 0 && !isTaken) forwards.delete(key);
  else if (!isTaken) forwards.set(key, '127.0.0.1');
  answer.writeUInt16BE(port, 8);
  answer.writeUInt16BE(isTaken ? port + 1 : port, 10);
  answer.writeUInt32BE(lifetime, 12);
  return answer;
}

function answerPcp(request: Buffer, {speaks, isStrict}: Habits, forwards: Map<string, string>): Buffer | undefined {
  if (!speaks.includes('pcp')) return undefined;
  const answer = Buffer.from(request.subarray(0, Math.min(request.length, 60)));
  answer[1] = (request[1] ?? 0) + 128;
  if (request[1] === 0) return answer;
  const port = request.readUInt16BE(40);
  const key = `${port}/${request[36] === 17 ? 'udp' : 'tcp'}`;
  const isTaken = forwards.get(key) === other;
  answer[3] = isTaken ? 11 : isStrict && port < 1024 ? 2 : 0;
  if (answer[3] === 0 && request.readUInt32BE(4) === 0) forwards.delete(key);
  else if (answer[3] === 0) forwards.set(key, '127.0.0.1');
  return answer;
}

async function startUpnp(gateway: string, habits: Habits, forwards: Map<string, string>): Promise<void> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => (body += chunk));
    request.on('end', () => {
      const [status, text] =
        request.method === 'GET' ? [200, habits.description ?? description] : answerSoap(body, habits, forwards);
      setTimeout(() => response.writeHead(status, {'content-type': 'text/xml'}).end(text), habits.waits?.request ?? 0);
    });
  });
  server.listen(0, gateway);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const ssdp = createSocket('udp4', (_request, from) => {
    const answer = `HTTP/1.1 200 OK\r\nLOCATION: http://${gateway}:${port}/root.xml\r\n\r\n`;
    setTimeout(() => ssdp.send(answer, from.port, from.address), habits.waits?.search ?? 0);
  });
  ssdp.bind(1900, gateway);
  await once(ssdp, 'listening');
  onTestFinished(() => {
    ssdp.close();
    server.close();
  });
}

const description = `<root><device><serviceList><service>
<serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType><controlURL>/l3f</controlURL></service></serviceList>
<deviceList><device><serviceList><service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
<controlURL>/ctl</controlURL></service></serviceList></device></deviceList></device></root>`;

function answerSoap(body: string, habits: Habits, forwards: Map<string, string>): readonly [number, string] {
  const read = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(body)?.[1] ?? '';
  const key = `${read('NewExternalPort')}/${read('NewProtocol').toLowerCase()}`;
  const fault = (code: number) =>
    [500, `<errorCode>${code}</errorCode><errorDescription>No</errorDescription>`] as const;
  if (body.includes('GetExternalIPAddress')) return [200, '<NewExternalIPAddress>198.51.100.10</NewExternalIPAddress>'];
  const holder = forwards.get(key);
  if (body.includes('GetSpecificPortMappingEntry'))
    return holder === undefined
      ? fault(714)
      : [
          200,
          `<NewInternalPort>${Number.parseInt(key, 10)}</NewInternalPort><NewInternalClient>${holder}</NewInternalClient>`,
        ];
  if (body.includes('DeletePortMapping')) return forwards.delete(key) ? [200, ''] : fault(714);
  if (holder === other) return fault(718);
  if (habits.isPermanent && read('NewLeaseDuration') !== '0') return fault(725);
  forwards.set(key, read('NewInternalClient'));
  return [200, ''];
}
