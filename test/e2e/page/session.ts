import {openStream, type Stream} from './stream.ts';

/** The session of somebody who is logged in. */
export type Session = Stream & {readonly jid: string};

/** Opens the websocket of a meeting page, and logs in without an account. */
export async function openSession(websocket: string, domain: string): Promise<Session> {
  const stream = await openStream(websocket);
  await begin(stream, domain);
  const outcome = stream.next('the login', each => each.closest('success, failure'));
  stream.send('<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>');
  const {localName, outerHTML} = await outcome;
  if (localName !== 'success') throw new Error(`the login was refused: ${outerHTML}`);
  await begin(stream, domain);
  const bound = await stream.request({type: 'set', xml: '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/>'});
  return {...stream, jid: bound.querySelector('jid')?.textContent ?? ''};
}

async function begin(stream: Stream, domain: string): Promise<void> {
  const features = stream.next('the stream’s features', each => (each.localName === 'features' ? each : null));
  stream.send(`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="${domain}" version="1.0"/>`);
  await features;
}

/** Asks for STUN and TURN servers with credentials (XEP-0215). */
export async function askForServices(session: Session, domain: string): Promise<RTCIceServer[]> {
  const answer = await session.request({type: 'get', to: domain, xml: '<services xmlns="urn:xmpp:extdisco:2"/>'});
  return [...answer.querySelectorAll('service')].map(service => {
    const read = (name: string) => service.getAttribute(name) ?? '';
    const server = `${read('type')}:${read('host')}:${read('port')}`;
    if (read('type') === 'stun') return {urls: server};
    return {urls: `${server}?transport=${read('transport')}`, username: read('username'), credential: read('password')};
  });
}
