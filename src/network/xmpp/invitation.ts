import {isIPv4} from 'node:net';
import type {Element} from 'ltx';
import type {IceCredentials} from '../connectivity-check.ts';
import {namespaces} from './names.ts';

/** Where the bridge says that it can be reached. */
export type Candidate = {readonly type: string; readonly address: string; readonly port: number};

/** What a participant is told of the bridge in a session-initiate. */
export type Invitation = IceCredentials & {readonly fingerprint: string; readonly candidates: readonly Candidate[]};

/** Reads the invitation from Jicofo's request; undefined for any other element. */
export function readInvitation(iq: Element): Invitation | undefined {
  const jingle = iq.getName() === 'iq' ? iq.getChild('jingle', namespaces.jingle) : undefined;
  if (jingle?.attrs.action !== 'session-initiate') return undefined;
  // All media go one way, so one transport stands for all; which content carries it is Jicofo's choice.
  const transports = jingle.getChildren('content').map(content => content.getChild('transport', namespaces.ice));
  const transport = transports.find(each => each?.attrs.ufrag);
  if (!transport) return undefined;
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

/** Where the bridge is in the network that it shares with the relay: both speak IPv4 there. */
export function findBridge({candidates}: Invitation): Candidate {
  const bridge = candidates.find(({type, address}) => type === 'host' && isIPv4(address));
  if (!bridge) throw new Error('the bridge does not say where it is beside the relay');
  return bridge;
}
