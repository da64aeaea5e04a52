import {type Client, client, type Element} from '@xmpp/client';

const STREAM_MANAGEMENT = 'urn:xmpp:sm:3';

/** Prepares a session that stays ended when it ends, and that prosody keeps open. */
export const openSession = (options: Parameters<typeof client>[0]): Client => {
  // Prosody's certificate is self-signed, and upstream's programs are told not to look at it either.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  const session = client(options);
  session.reconnect.stop();
  session.on('error', () => undefined);
  session.prependListener('element', hideStreamManagement);
  return session;
};

/** @xmpp/client 0.14 now and then acknowledges a stanza too many, for which prosody ends the session. */
const hideStreamManagement = (element: Element): void => {
  if (element.name.endsWith('features')) {
    removeFeature(element);
  }
};

const removeFeature = (element: Element): void => {
  for (const child of element.getChildElements()) {
    if (child.attrs.xmlns === STREAM_MANAGEMENT || child.attrs.var === STREAM_MANAGEMENT) {
      element.children.splice(element.children.indexOf(child), 1);
    } else {
      removeFeature(child);
    }
  }
};
