import {type Element, xml} from '@xmpp/client';
import {NAMESPACE} from '../xmpp/names.ts';

type PayloadType = {readonly id: string; readonly name: string; readonly clockrate: string; readonly channels?: string};

const AUDIO: readonly PayloadType[] = [{id: '111', name: 'opus', clockrate: '48000', channels: '2'}];
const VIDEO: readonly PayloadType[] = [
  {id: '100', name: 'VP8', clockrate: '90000'},
  {id: '101', name: 'VP9', clockrate: '90000'},
];
const CONTENTS = ['audio', 'video', 'data'];

type Offer = {
  readonly sid: string;
  readonly bridgeSession: string;
  readonly initiator: string;
  readonly transport: Element;
};

/** Writes the session-initiate with which a participant learns how to reach the bridge. */
export const writeOffer = ({sid, bridgeSession, initiator, transport}: Offer): Element =>
  xml(
    'jingle',
    {xmlns: NAMESPACE.jingle, action: 'session-initiate', initiator, sid},
    writeContent('audio', describeMedia('audio', AUDIO), transport),
    writeContent('video', describeMedia('video', VIDEO), transport),
    writeContent('data', xml('description', {xmlns: NAMESPACE.rtp, media: 'application'}), withSctp(transport)),
    xml('group', {xmlns: NAMESPACE.bundle, semantics: 'BUNDLE'}, ...CONTENTS.map(name => xml('content', {name}))),
    xml('bridge-session', {xmlns: NAMESPACE.focus, id: bridgeSession}),
  );

/** Writes the end of a session. */
export const writeTermination = (sid: string, reason: string): Element =>
  xml('jingle', {xmlns: NAMESPACE.jingle, action: 'session-terminate', sid}, xml('reason', {}, xml(reason)));

const writeContent = (name: string, description: Element, transport: Element): Element =>
  xml('content', {creator: 'initiator', name, senders: 'both'}, description, transport);

const describeMedia = (media: string, types: readonly PayloadType[]): Element =>
  xml(
    'description',
    {xmlns: NAMESPACE.rtp, media},
    types.map(type => xml('payload-type', type)),
    xml('rtcp-mux'),
  );

const withSctp = (transport: Element): Element =>
  xml(
    transport.name,
    transport.attrs,
    ...transport.getChildElements(),
    xml('sctpmap', {xmlns: NAMESPACE.sctp, number: '5000', protocol: 'webrtc-datachannel', streams: '1024'}),
  );
