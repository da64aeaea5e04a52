import {type Element, xml} from '@xmpp/client';
import {NAMESPACE} from '../xmpp/names.ts';
import {stanzaError} from '../xmpp/stanza-error.ts';
import type {Candidate} from './candidates.ts';
import type {Credentials, Endpoints, Remote} from './endpoints.ts';

/** What the bridge tells about itself in every offer. */
export type Bridge = {
  readonly endpoints: Endpoints;
  readonly candidates: readonly Candidate[];
  readonly fingerprint: string;
};

const SCTP_PORT = '5000';

/** Carries out a request of jicofo to change a conference, and answers it. */
export const modifyConference = (bridge: Bridge, request: Element): Element => {
  const {'meeting-id': meeting = '', create, expire} = request.attrs;
  if (create !== 'true' && !bridge.endpoints.has(meeting)) {
    return stanzaError('item-not-found', `Conference not found for ID: ${meeting}`);
  }
  if (expire === 'true') {
    bridge.endpoints.remove(meeting);
  }
  const endpoints = request.getChildren('endpoint').map(endpoint => modifyEndpoint(bridge, meeting, endpoint));
  return xml('conference-modified', NAMESPACE.colibri, endpoints);
};

const modifyEndpoint = ({endpoints, ...bridge}: Bridge, meeting: string, request: Element): Element => {
  const {attrs} = request;
  const {id = ''} = attrs;
  if (attrs.expire === 'true') {
    endpoints.remove(meeting, id);
    return xml('endpoint', {id, expire: 'true'});
  }
  if (attrs.create !== 'true') {
    const remote = readRemote(request);
    if (remote !== undefined) {
      endpoints.accept(meeting, id, remote);
    }
    return xml('endpoint', {id});
  }
  const transport = describeTransport(bridge, endpoints.add(meeting, id));
  return xml('endpoint', {id}, xml('transport', {}, transport, xml('sctp', {port: SCTP_PORT, role: 'server'})));
};

/** Reads how a participant is reached, and the numbers of the audio that it sends. */
const readRemote = (endpoint: Element): Remote | undefined => {
  const transport = endpoint.getChild('transport')?.getChild('transport', NAMESPACE.ice);
  const fingerprint = transport?.getChild('fingerprint', NAMESPACE.dtls);
  const {ufrag, pwd: password} = transport?.attrs ?? {};
  // A bridge is the server in DTLS only for those who are active.
  if (!ufrag || !password || fingerprint?.attrs.setup !== 'active') {
    return undefined;
  }
  const media = endpoint.getChild('sources')?.getChildren('media-source') ?? [];
  const ssrcs = media
    .flatMap(each => each.getChildren('source', NAMESPACE.sources))
    .map(each => Number(each.attrs.ssrc));
  return {ufrag, password, fingerprint: fingerprint.text().toUpperCase(), ssrcs};
};

const describeTransport = (
  {candidates, fingerprint}: Omit<Bridge, 'endpoints'>,
  {ufrag, password}: Credentials,
): Element =>
  xml(
    'transport',
    {xmlns: NAMESPACE.ice, ufrag, pwd: password},
    xml('fingerprint', {xmlns: NAMESPACE.dtls, hash: 'sha-256', setup: 'actpass'}, fingerprint),
    xml('rtcp-mux'),
    candidates.map(describeCandidate),
  );

const describeCandidate = ({related, ...candidate}: Candidate): Element =>
  xml('candidate', {
    ...candidate,
    id: `${candidate.type}${candidate.foundation}`,
    component: '1',
    generation: '0',
    network: '0',
    protocol: 'udp',
    ...(related && {'rel-addr': related.ip, 'rel-port': related.port}),
  });
