/** The XML namespaces of the protocols between jicofo, the bridge and the participants. */
export const NAMESPACE = {
  bundle: 'urn:xmpp:jingle:apps:grouping:0',
  capabilities: 'http://jabber.org/protocol/caps',
  colibri: 'jitsi:colibri2',
  disco: 'http://jabber.org/protocol/disco#info',
  dtls: 'urn:xmpp:jingle:apps:dtls:0',
  focus: 'http://jitsi.org/protocol/focus',
  ice: 'urn:xmpp:jingle:transports:ice-udp:1',
  jingle: 'urn:xmpp:jingle:1',
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  rtp: 'urn:xmpp:jingle:apps:rtp:1',
  sources: 'urn:xmpp:jingle:apps:rtp:ssma:0',
  sctp: 'urn:xmpp:jingle:transports:dtls-sctp:1',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  stats: 'http://jitsi.org/protocol/colibri',
} as const;
