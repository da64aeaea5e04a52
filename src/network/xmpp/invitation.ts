import {createElement, type Element} from 'ltx';
import type {OwnEnd} from '../media/own-end.ts';
import type {IceCredentials} from '../stun.ts';
import {namespaces} from './stream.ts';

/** An address where the bridge can be reached. */
export type Candidate = {readonly type: string; readonly address: string; readonly port: number};

/** The bridge, as a session-initiate describes it to a participant. */
export type Invitation = IceCredentials & {readonly fingerprint: string; readonly candidates: readonly Candidate[]};

/** A session that Jicofo began: who began it, its id, its contents, and its id at the bridge. */
export type JingleSession = {
  readonly from: string;
  readonly sid: string;
  readonly contents: readonly Element[];
  readonly bridgeSession: string | undefined;
  readonly invitation: Invitation;
};

/** Reads the session in a session-initiate of Jicofo; undefined for any other element. */
export function readSession(iq: Element): JingleSession | undefined {
  const jingle = iq.getName() === 'iq' ? iq.getChild('jingle', namespaces.jingle) : undefined;
  if (jingle?.attrs.action !== 'session-initiate') return undefined;
  const contents = jingle.getChildren('content');
  // All media share one transport; Jicofo chooses the content that carries it.
  const transports = contents.map(content => content.getChild('transport', namespaces.ice));
  const transport = transports.find(each => each?.attrs.ufrag);
  if (!transport) return undefined;
  return {
    from: iq.attrs.from ?? '',
    sid: jingle.attrs.sid ?? '',
    contents,
    bridgeSession: jingle.getChild('bridge-session', namespaces.focus)?.attrs.id,
    invitation: readInvitation(transport),
  };
}

function readInvitation(transport: Element): Invitation {
  return {
    ufrag: transport.attrs.ufrag ?? '',
    password: transport.attrs.pwd ?? '',
    fingerprint: transport.getChild('fingerprint', namespaces.dtls)?.getText() ?? '',
    candidates: transport
      .getChildren('candidate')
      .filter(({attrs}) => attrs.protocol?.toLowerCase() === 'udp')
      .map(({attrs}) => ({type: attrs.type ?? '', address: attrs.ip ?? '', port: Number(attrs.port)})),
  };
}

/** Accepts a session like a browser with a microphone: it names its end of the media, and its audio. */
export function acceptSession({from, sid, contents}: JingleSession, responder: string, own: OwnEnd): Element {
  const transport = createElement(
    'transport',
    {xmlns: namespaces.ice, ufrag: own.ufrag, pwd: own.password},
    createElement('fingerprint', {xmlns: namespaces.dtls, hash: 'sha-256', setup: 'active'}, own.fingerprint),
    createElement('rtcp-mux'),
  );
  const accepted = contents.map(content => {
    const {name, creator = 'initiator'} = content.attrs;
    const media = content.getChild('description', namespaces.rtp)?.attrs.media ?? name;
    const sources = media === 'audio' ? [describeSource(responder, own)] : [];
    const description = createElement('description', {xmlns: namespaces.rtp, media}, ...sources);
    return createElement('content', {creator, name, senders: 'both'}, description, transport);
  });
  return requestOf(from, {action: 'session-accept', sid, responder}, ...accepted);
}

/** Names the audio of an occupant as Jitsi's client does. */
export function nameAudio(occupant: string): string {
  return `${occupant.slice(occupant.lastIndexOf('/') + 1)}-a0`;
}

function describeSource(occupant: string, {ssrc}: OwnEnd): Element {
  const name = nameAudio(occupant);
  const stream = createElement('parameter', {name: 'msid', value: `${name}-1 ${name}-track`});
  return createElement('source', {xmlns: namespaces.sources, ssrc: String(ssrc), name}, stream);
}

/** Ends a session, as a participant who leaves. Jicofo wants the bridge's id of it. */
export function terminateSession({from, sid, bridgeSession}: JingleSession): Element {
  const reason = createElement('reason', {}, createElement('success'));
  const known = bridgeSession === undefined ? [] : [bridgeSession];
  const session = known.map(id => createElement('bridge-session', {xmlns: namespaces.focus, id}));
  return requestOf(from, {action: 'session-terminate', sid}, reason, ...session);
}

function requestOf(to: string, attributes: Readonly<Record<string, string>>, ...children: readonly Element[]): Element {
  return createElement(
    'iq',
    {type: 'set', to},
    createElement('jingle', {xmlns: namespaces.jingle, ...attributes}, ...children),
  );
}
