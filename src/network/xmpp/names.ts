/** The XML namespaces that a participant meets. */
export const namespaces = {
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  client: 'jabber:client',
  disco: 'http://jabber.org/protocol/disco#info',
  dtls: 'urn:xmpp:jingle:apps:dtls:0',
  focus: 'http://jitsi.org/protocol/focus',
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  ice: 'urn:xmpp:jingle:transports:ice-udp:1',
  jingle: 'urn:xmpp:jingle:1',
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  services: 'urn:xmpp:extdisco:2',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
} as const;

/** The names inside the stack, which are the same in every installation. */
export const domains = {meetings: 'meet.jitsi', rooms: 'muc.meet.jitsi', focus: 'focus.meet.jitsi'} as const;
