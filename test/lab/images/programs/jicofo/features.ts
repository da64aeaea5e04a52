import {type Client, type Element, xml} from '@xmpp/client';
import {type Capabilities, hashOf, readCapabilities, readFeatures} from '../xmpp/capabilities.ts';
import {NAMESPACE} from '../xmpp/names.ts';
import {say} from './log.ts';

/** Smack's time limit for an answer. */
const REPLY_MS = 15_000;
/** What jicofo believes of those who do not answer. */
const DEFAULT_FEATURES = ['urn:xmpp:jingle:apps:rtp:audio', 'urn:xmpp:jingle:apps:rtp:video', NAMESPACE.sctp];

/** Finds out what a participant can do: from the announced hash if it is known, otherwise by asking. */
export const createDiscovery = () => {
  const known = new Map<string, readonly string[]>();
  return async (session: Client, occupant: string, presence: Element): Promise<readonly string[]> => {
    const capabilities = readCapabilities(presence);
    const features = known.get(capabilities?.hash ?? '') ?? (await ask(session, occupant, capabilities, known));
    if (capabilities === undefined) {
      say('SEVERE', `[occupant=${occupant}] ChatRoomMemberImpl: No caps nodeVer found`);
    }
    return features;
  };
};

/** One discovery for all rooms of a jicofo. */
export type Discovery = ReturnType<typeof createDiscovery>;

const ask = async (
  session: Client,
  occupant: string,
  capabilities: Capabilities | undefined,
  known: Map<string, readonly string[]>,
): Promise<readonly string[]> => {
  const node = capabilities && {node: `${capabilities.node}#${capabilities.hash}`};
  const query = xml('query', {xmlns: NAMESPACE.disco, ...node});
  const answer = await session.iqCaller
    .request(xml('iq', {type: 'get', to: occupant}, query), REPLY_MS)
    .catch(() => undefined);
  const found = answer?.getChild('query', NAMESPACE.disco);
  if (found === undefined) {
    say('INFO', 'XmppProvider.discoverFeatures: No response for disco#info, assuming default features.');
    return DEFAULT_FEATURES;
  }
  if (capabilities !== undefined && capabilities.hash === hashOf(found)) {
    known.set(capabilities.hash, readFeatures(found));
  }
  return readFeatures(found);
};
