import {createHash} from 'node:crypto';
import {createElement, type Element} from 'ltx';
import {namespaces} from './stream.ts';

// What Jitsi's own client announces. Jicofo needs audio, video and data to invite a participant. SSRC rewriting is missing: the bridge
// would announce new numbers of the audio over its own channel, and forwards the packets as they are without it.
const node = 'http://jitsi.org/jitsimeet';
const identity = {category: 'client', type: 'web'};
const features = [
  namespaces.capabilities,
  namespaces.dtls,
  namespaces.ice,
  namespaces.jingle,
  'http://jitsi.org/json-encoded-sources',
  'http://jitsi.org/receive-multiple-video-streams',
  'http://jitsi.org/remb',
  'http://jitsi.org/source-name',
  'http://jitsi.org/start-muted-room-metadata',
  'http://jitsi.org/tcc',
  'http://jitsi.org/visitors-1',
  'urn:ietf:rfc:4588',
  'urn:ietf:rfc:5761',
  'urn:ietf:rfc:5888',
  'urn:xmpp:jingle:apps:rtp:1',
  'urn:xmpp:jingle:apps:rtp:audio',
  'urn:xmpp:jingle:apps:rtp:video',
  'urn:xmpp:jingle:transports:dtls-sctp:1',
].toSorted();

/** Announces in presence what this participant can do (XEP-0115): the hash saves others a question. */
export function announceCapabilities(): Element {
  return createElement('c', {xmlns: namespaces.capabilities, hash: 'sha-1', node, ver: hashCapabilities()});
}

/** Answers the question what this participant can do. */
export function describeCapabilities(question: Element): Element {
  const asked = question.attrs.node;
  return createElement(
    'query',
    {xmlns: namespaces.disco, ...(asked && {node: asked})},
    createElement('identity', identity),
    ...features.map(name => createElement('feature', {var: name})),
  );
}

function hashCapabilities(): string {
  const lines = [`${identity.category}/${identity.type}//`, ...features];
  return createHash('sha1')
    .update(lines.map(line => `${line}<`).join(''))
    .digest('base64');
}
