import {randomInt, X509Certificate} from 'node:crypto';
import {
  CipherContext,
  DtlsClient,
  HashAlgorithm,
  NamedCurveAlgorithm,
  RtpHeader,
  RtpPacket,
  SignatureAlgorithm,
  SrtpSession,
} from 'werift';
import {openInbox} from '../inbox.ts';
import type {Connection} from './ice.ts';

// werift takes a while to load, so only a call that is about to begin loads this file.

/** The certificate that participants show in DTLS, and its key. */
export type Identity = Awaited<ReturnType<typeof CipherContext.createSelfSignedCertificateWithKey>> & {
  readonly fingerprint: string;
};

/** Audio to and from the bridge, encrypted on the way. */
export type AudioStream = {
  send(payload: Buffer): void;
  /** Waits for the first packet from another participant that `match` accepts. */
  next<T>(match: (payload: Buffer) => T | undefined): Promise<T>;
  close(): void;
};

// Every WebRTC stack has AES_CM_128_HMAC_SHA1_80, with these lengths in bytes.
const profile = 1;
const keyLength = 16;
const saltLength = 14;

/** Makes a certificate as browsers do: signed by itself, since its fingerprint is passed on in the signalling. */
export async function makeIdentity(): Promise<Identity> {
  const made = await CipherContext.createSelfSignedCertificateWithKey(
    {signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4},
    NamedCurveAlgorithm.secp256r1_23,
  );
  return {...made, fingerprint: new X509Certificate(made.certPem).fingerprint256};
}

/** Makes a connection secure (DTLS-SRTP, RFC 5764) with the bridge that has the fingerprint of the invitation. */
export async function secure(
  connection: Connection,
  {identity, fingerprint, ssrc}: {identity: Identity; fingerprint: string; ssrc: number},
  signal: AbortSignal,
): Promise<AudioStream> {
  const client = new DtlsClient({
    transport: listenForDtls(connection),
    cert: identity.certPem,
    key: identity.keyPem,
    signatureHash: identity.signatureHash,
    srtpProfiles: [profile],
    extendedMasterSecret: true,
  });
  try {
    await shakeHands(client, signal);
  } finally {
    // Ends the repetitions of its last flight, which know no signal.
    client.dtls.flight = Number.POSITIVE_INFINITY;
  }
  const shown = client.remoteCertificate && new X509Certificate(client.remoteCertificate).fingerprint256;
  if (shown !== fingerprint.toUpperCase())
    throw new Error(`the bridge has a certificate with the fingerprint ${shown} instead of ${fingerprint}`);
  return openAudio(connection, startSrtp(client), ssrc);
}

function listenForDtls(connection: Connection): ConstructorParameters<typeof DtlsClient>[0]['transport'] {
  const address = {address: '', family: 'IPv4', port: 0};
  const transport: ReturnType<typeof listenForDtls> = {
    ...{type: 'udp', address, closed: false},
    onData: () => undefined,
    send: async packet => connection.send(packet),
    close: async () => undefined,
  };
  connection.listen(packet => {
    const [first = 0] = packet;
    // The kinds of packets on one path are told apart by their first byte (RFC 7983).
    if (first >= 20 && first <= 63) transport.onData(packet, ['', 0]);
  });
  return transport;
}

async function shakeHands(client: DtlsClient, signal: AbortSignal): Promise<void> {
  const {promise, resolve, reject} = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop);
  client.onConnect.once(() => resolve());
  client.onError.once(reject);
  client.onClose.once(() => reject(new Error('the bridge refused the DTLS handshake')));
  client.connect().catch(reject);
  await promise.finally(() => signal.removeEventListener('abort', stop));
}

function startSrtp(client: DtlsClient): SrtpSession {
  if (client.srtp.srtpProfile !== profile) throw new Error('the bridge and we have no encryption of audio in common');
  const keys = client.extractSessionKeys(keyLength, saltLength);
  return new SrtpSession({
    keys: {
      localMasterKey: keys.localKey,
      localMasterSalt: keys.localSalt,
      remoteMasterKey: keys.remoteKey,
      remoteMasterSalt: keys.remoteSalt,
    },
    profile,
  });
}

/** The number that Jicofo gives Opus in every offer, and what 20 ms of it advance the clock of the packets. */
const opus = {payloadType: 111, samples: 960} as const;

function openAudio(connection: Connection, srtp: SrtpSession, ssrc: number): AudioStream {
  const inbox = openInbox<Buffer>();
  let sequenceNumber = randomInt(2 ** 15);
  let timestamp = randomInt(2 ** 31);
  connection.listen(packet => {
    const [first = 0, second = 0] = packet;
    if (first < 128 || first > 191 || (second & 0x7f) !== opus.payloadType) return;
    const payload = decrypt(srtp, packet);
    if (payload) inbox.receive(payload);
  });
  return {
    send(payload) {
      sequenceNumber += 1;
      timestamp += opus.samples;
      const header = new RtpHeader({payloadType: opus.payloadType, sequenceNumber, timestamp, ssrc});
      connection.send(srtp.encrypt(payload, header));
    },
    next: inbox.next,
    close: () => inbox.end(new Error('the call is over')),
  };
}

function decrypt(srtp: SrtpSession, packet: Buffer): Buffer | undefined {
  try {
    return RtpPacket.deSerialize(srtp.decrypt(packet)).payload;
  } catch {
    // Somebody else's packet, or a damaged one, is as good as lost.
    return undefined;
  }
}
