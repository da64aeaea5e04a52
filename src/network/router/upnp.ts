import {limit} from '../../model/limit.ts';
import {
  type Grant,
  type Holder,
  leaseSeconds,
  type RouterPlace,
  type RouterPort,
  RouterRefusal,
  routerPatience,
} from '../../model/router.ts';
import {askHttp} from '../http.ts';
import {findDescription} from './ssdp.ts';

/** The service of a router that makes forwards: the address of its door, and its type. */
export type Igd = {readonly control: URL; readonly type: string};

const description = 'jitsi-onebox';
/** How long a search waits, in milliseconds: a device may let up to a second pass before it answers. */
const searchPatience = 1200;
/** The most bytes of an answer that are read: a description has about 4000. */
const longest = 64 * 1024;
/** UPnP's words for refusals that matter here. */
const codes = {noSuchEntry: '714', conflict: '718', onlyPermanent: '725'} as const;

/** Finds the service of the router; undefined if it has none. */
export async function findIgd(place: RouterPlace, signal: AbortSignal): Promise<Igd | undefined> {
  const url = await findDescription(place, AbortSignal.any([signal, AbortSignal.timeout(searchPatience)]));
  if (!url) return undefined;
  const target = {...addressOf(url), path: `${url.pathname}${url.search}`, longest};
  const {status, body} = await limit(routerPatience, signal, until => askHttp(target, until));
  return status === 200 ? readServices(body, url) : undefined;
}

/** Reads the description of a device: the first service that translates addresses. */
export function readServices(xml: string, url: URL): Igd | undefined {
  const base = readTag(xml, 'URLBase') ?? url.href;
  for (const rest of xml.split('<service>').slice(1)) {
    const [service = ''] = rest.split('</service>', 1);
    const [type, path] = [readTag(service, 'serviceType'), readTag(service, 'controlURL')];
    if (!type || !/:service:WAN(IP|PPP)Connection:[12]$/.test(type) || path === undefined) continue;
    const control = URL.canParse(path, base) ? new URL(path, base) : undefined;
    // A description that sends requests elsewhere is not followed.
    if (control?.hostname === url.hostname && control.protocol === 'http:') return {control, type};
  }
  return undefined;
}

/** Asks for the router's address on the internet side; undefined if it has none. */
export async function askExternalAddress(igd: Igd, signal: AbortSignal): Promise<string | undefined> {
  const address = readTag(await call(igd, 'GetExternalIPAddress', {}, signal), 'NewExternalIPAddress');
  return address === '' || address === '0.0.0.0' ? undefined : address;
}

/** Asks who has a port; undefined if nobody has. */
export async function findEntry(igd: Igd, wanted: RouterPort, signal: AbortSignal): Promise<Holder | undefined> {
  try {
    const answer = await call(igd, 'GetSpecificPortMappingEntry', nameEntry(wanted), signal);
    const to = readTag(answer, 'NewInternalClient');
    const port = Number(readTag(answer, 'NewInternalPort'));
    return to === undefined ? undefined : {to, port, description: readTag(answer, 'NewPortMappingDescription') ?? ''};
  } catch (error) {
    if (error instanceof UpnpError && error.code === codes.noSuchEntry) return undefined;
    throw error;
  }
}

/** Asks for a forward, for good if the router knows nothing else. */
export async function mapWithUpnp(
  igd: Igd,
  place: RouterPlace,
  wanted: RouterPort,
  signal: AbortSignal,
): Promise<Grant> {
  const holder = await findEntry(igd, wanted, signal);
  if (holder && holder.to !== place.localAddress) throw new RouterRefusal(`${holder.to} has this port`, true);
  const add = (seconds: number) =>
    call(
      igd,
      'AddPortMapping',
      {
        ...nameEntry(wanted),
        NewInternalPort: String(wanted.port),
        NewInternalClient: place.localAddress,
        NewEnabled: '1',
        NewPortMappingDescription: description,
        NewLeaseDuration: String(seconds),
      },
      signal,
    );
  try {
    await add(leaseSeconds);
    return {by: 'upnp', until: Date.now() + leaseSeconds * 1000};
  } catch (error) {
    const code = error instanceof UpnpError ? error.code : '';
    if (code === codes.conflict) throw new RouterRefusal('another device has this port', true);
    if (code !== codes.onlyPermanent) throw error;
    await add(0);
    return {by: 'upnp', until: null};
  }
}

/** Gives a forward back. One that is no longer there is given back already. */
export async function unmapWithUpnp(igd: Igd, wanted: RouterPort, signal: AbortSignal): Promise<void> {
  await call(igd, 'DeletePortMapping', nameEntry(wanted), signal).catch(error => {
    if (!(error instanceof UpnpError) || error.code !== codes.noSuchEntry) throw error;
  });
}

class UpnpError extends RouterRefusal {
  readonly code: string;

  constructor(code: string, text: string) {
    super(`it answers ${text || 'with an error'} (UPnP ${code})`);
    this.code = code;
  }
}

const nameEntry = ({port, protocol}: RouterPort) => ({
  NewRemoteHost: '',
  NewExternalPort: String(port),
  NewProtocol: protocol.toUpperCase(),
});

async function call(
  {control, type}: Igd,
  action: string,
  values: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const fields = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  const content = `<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:${action} xmlns:u="${type}">${fields.join('')}</u:${action}></s:Body></s:Envelope>`;
  const post = {content, headers: {'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"`}};
  const {status, body} = await askHttp(
    {...addressOf(control), path: `${control.pathname}${control.search}`, post, longest},
    signal,
  );
  if (status === 200) return body;
  throw new UpnpError(readTag(body, 'errorCode') ?? String(status), readTag(body, 'errorDescription') ?? '');
}

const addressOf = ({host, hostname, port}: URL) => ({name: host, address: hostname, port: Number(port || 80)});

/** Reads the text of the first element of a name. The limits keep the time linear, whatever the router sends. */
function readTag(xml: string, name: string): string | undefined {
  return new RegExp(`<(?:\\w{1,20}:)?${name}(?:\\s[^<>]{0,200})?>([^<]{0,500})</`).exec(xml)?.[1]?.trim();
}
