import {X509Certificate} from 'node:crypto';
import {
  CipherContext,
  DtlsServer,
  HashAlgorithm,
  NamedCurveAlgorithm,
  RtpPacket,
  SignatureAlgorithm,
  SrtpSession,
} from 'werift';
import type {Endpoint, Endpoints} from './endpoints.ts';
import type {Address} from './paths.ts';

/** The certificate of the bridge. */
export type Identity = Awaited<ReturnType<typeof CipherContext.createSelfSignedCertificateWithKey>>;

/** A connected endpoint; with encryption once its certificate has been found to be the announced one. */
type Line = {
  readonly endpoint: Endpoint;
  readonly dtls: DtlsServer;
  readonly send: (packet: Buffer) => void;
  srtp?: SrtpSession;
};

/** Carries audio between the endpoints of a conference. */
export type Switchboard = {
  readonly connect: (endpoint: Endpoint, path: Address, send: (packet: Buffer) => void) => void;
  readonly receive: (from: Address, packet: Buffer) => void;
};

const PROFILE = 1;
const OPUS = 111;

/** Makes the bridge's certificate. */
export const makeIdentity = (): Promise<Identity> =>
  CipherContext.createSelfSignedCertificateWithKey(
    {signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4},
    NamedCurveAlgorithm.secp256r1_23,
  );

/** The fingerprint under which a certificate is announced. */
export const fingerprintOf = ({certPem}: Identity): string => new X509Certificate(certPem).fingerprint256;

/** Starts with nobody connected. */
export const openSwitchboard = (endpoints: Endpoints, identity: Identity): Switchboard => {
  const lines = new Map<string, Line>();
  const dropGone = () => {
    for (const [path, {endpoint}] of lines) {
      if (!endpoints.isThere(endpoint)) {
        lines.delete(path);
      }
    }
  };
  return {
    connect: (endpoint, path, send) => {
      dropGone();
      lines.set(keyOf(path), openLine(endpoint, send, identity));
    },
    receive: (from, packet) => {
      const line = lines.get(keyOf(from));
      const [first = 0] = packet;
      if (line === undefined || !endpoints.isThere(line.endpoint)) {
        return;
      }
      line.endpoint.seen = Date.now();
      if (first >= 20 && first <= 63) {
        line.dtls.transport.socket.onData(packet, ['', 0]);
      } else if (line.srtp !== undefined) {
        const others = [...lines.values()].filter(
          ({endpoint}) => endpoint.meeting === line.endpoint.meeting && endpoint !== line.endpoint,
        );
        forward(
          line,
          packet,
          others.filter(({endpoint}) => endpoints.isThere(endpoint)),
        );
      }
    },
  };
};

const keyOf = ({address, port}: Address): string => `${address}:${port}`;

const openLine = (endpoint: Endpoint, send: (packet: Buffer) => void, identity: Identity): Line => {
  const dtls = new DtlsServer({
    transport: {
      ...{type: 'udp', address: {address: '', family: 'IPv4', port: 0}, closed: false},
      onData: () => undefined,
      send: async packet => send(packet),
      close: async () => undefined,
    },
    cert: identity.certPem,
    key: identity.keyPem,
    signatureHash: identity.signatureHash,
    srtpProfiles: [PROFILE],
    extendedMasterSecret: true,
    certificateRequest: true,
  });
  const line: Line = {endpoint, dtls, send};
  dtls.onConnect.once(() => {
    const shown = dtls.remoteCertificate && new X509Certificate(dtls.remoteCertificate).fingerprint256;
    if (shown !== undefined && shown === endpoint.remote?.fingerprint) {
      line.srtp = startSrtp(dtls);
    }
  });
  return line;
};

const startSrtp = (dtls: DtlsServer): SrtpSession => {
  const {localKey, localSalt, remoteKey, remoteSalt} = dtls.extractSessionKeys(16, 14);
  return new SrtpSession({
    keys: {
      localMasterKey: localKey,
      localMasterSalt: localSalt,
      remoteMasterKey: remoteKey,
      remoteMasterSalt: remoteSalt,
    },
    profile: PROFILE,
  });
};

/** Passes on only what is encrypted with the right key, and announced. */
const forward = ({srtp, endpoint}: Line, packet: Buffer, others: readonly Line[]): void => {
  const rtp = decrypt(srtp, packet);
  if (rtp === undefined || rtp.header.payloadType !== OPUS || !endpoint.remote?.ssrcs.includes(rtp.header.ssrc)) {
    return;
  }
  for (const other of others) {
    if (other.srtp !== undefined) {
      other.send(other.srtp.encrypt(rtp.payload, rtp.header));
    }
  }
};

const decrypt = (srtp: SrtpSession | undefined, packet: Buffer): RtpPacket | undefined => {
  try {
    return srtp && RtpPacket.deSerialize(srtp.decrypt(packet));
  } catch {
    return undefined;
  }
};
