import {createHash, createHmac, timingSafeEqual} from 'node:crypto';
import {isIPv4, isIPv6} from 'node:net';
import {crc32} from 'node:zlib';
import ipaddr from 'ipaddr.js';

const magicCookie = 0x2112a442;
const headerLength = 20;
const integrityLength = 20;
const fingerprintMask = 0x5354554e;

/** The messages of STUN (RFC 8489) and TURN (RFC 8656) that are used here. */
export const messageTypes = {
  bindingRequest: 0x0001,
  bindingSuccess: 0x0101,
  allocateRequest: 0x0003,
  allocateError: 0x0113,
  refreshRequest: 0x0004,
  permissionRequest: 0x0008,
  sendIndication: 0x0016,
  dataIndication: 0x0017,
} as const;

/** The attributes of these messages. */
export const attributeTypes = {
  mappedAddress: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  peerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayedAddress: 0x0016,
  addressFamily: 0x0017,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  otherAddress: 0x802c,
  /** One that nobody knows, so that servers skip it: it makes a request larger. */
  filler: 0xd0be,
} as const;

type AttributeType = (typeof attributeTypes)[keyof typeof attributeTypes];

/** A received message. */
export type StunMessage = {
  readonly packet: Buffer;
  readonly type: number;
  readonly transaction: Buffer;
  readonly attributes: readonly {readonly type: number; readonly value: Buffer; readonly offset: number}[];
};

/** A message to write. The transaction is twelve random bytes; a key signs the message. */
export type StunDraft = {
  readonly type: number;
  readonly transaction: Buffer;
  readonly attributes: readonly (readonly [type: AttributeType, value: Buffer])[];
  readonly key?: string | Buffer;
  /** Whether it ends with a checksum, which ICE demands. */
  readonly fingerprint?: boolean;
};

/** Reads a packet; undefined unless it is exactly one STUN message. */
export function readMessage(packet: Buffer): StunMessage | undefined {
  const isMessage =
    packet.length >= headerLength &&
    packet.readUInt16BE(0) < 0x4000 &&
    packet.readUInt16BE(2) === packet.length - headerLength &&
    packet.readUInt32BE(4) === magicCookie;
  if (!isMessage) return undefined;
  const transaction = packet.subarray(8, headerLength);
  return {packet, type: packet.readUInt16BE(0), transaction, attributes: [...listAttributes(packet)]};
}

function* listAttributes(packet: Buffer): Generator<StunMessage['attributes'][number]> {
  let offset = headerLength;
  while (offset + 4 <= packet.length) {
    const length = packet.readUInt16BE(offset + 2);
    const value = packet.subarray(offset + 4, offset + 4 + length);
    if (value.length === length) yield {type: packet.readUInt16BE(offset), value, offset};
    offset += 4 + Math.ceil(length / 4) * 4;
  }
}

/** Returns the length of a message in bytes; undefined while its header is incomplete. */
export function lengthOf(beginning: Buffer): number | undefined {
  return beginning.length < headerLength ? undefined : headerLength + beginning.readUInt16BE(2);
}

/** Finds the first attribute of a type. */
export function findAttribute({attributes}: StunMessage, type: AttributeType): Buffer | undefined {
  return attributes.find(attribute => attribute.type === type)?.value;
}

/** Returns whether a message is signed with a key. */
export function isSignedWith({packet, attributes}: StunMessage, key: string | Buffer): boolean {
  const integrity = attributes.find(({type}) => type === attributeTypes.integrity);
  return (
    integrity?.value.length === integrityLength &&
    timingSafeEqual(integrity.value, sign(packet.subarray(0, integrity.offset), key))
  );
}

/** Returns the error code of a message, or 0. */
export function readError(message: StunMessage): number {
  const value = findAttribute(message, attributeTypes.errorCode);
  return value && value.length >= 4 ? ((value[2] ?? 0) & 7) * 100 + (value[3] ?? 0) : 0;
}

/** Writes the value of an error attribute. */
export function writeError(code: number): Buffer {
  return Buffer.from([0, 0, Math.trunc(code / 100), code % 100]);
}

/** Writes a message. */
export function writeMessage({type, transaction, attributes, key, fingerprint = false}: StunDraft): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(magicCookie, 4);
  let message = Buffer.concat([header, transaction, ...attributes.map(([kind, value]) => writeAttribute(kind, value))]);
  if (key !== undefined) message = append(message, attributeTypes.integrity, sign(message, key));
  if (fingerprint) message = append(message, attributeTypes.fingerprint, checksum(message));
  return withLength(message, 0);
}

/** Derives the key that TURN signs with from long-term credentials. */
export function longTermKey({username, realm, password}: Readonly<Record<'username' | 'realm' | 'password', string>>) {
  return createHash('md5').update(`${username}:${realm}:${password}`).digest();
}

/** Signs a message. The signed header counts the signature, but nothing after it. */
function sign(message: Buffer, key: string | Buffer): Buffer {
  return createHmac('sha1', key)
    .update(withLength(message, 4 + integrityLength))
    .digest();
}

function checksum(message: Buffer): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32BE((crc32(withLength(message, 8)) ^ fingerprintMask) >>> 0);
  return value;
}

function append(message: Buffer, type: AttributeType, value: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([message, writeAttribute(type, value)]);
}

function withLength(message: Buffer, follows: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(message.length - headerLength + follows, 2);
  return copy;
}

function writeAttribute(type: AttributeType, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** Writes a Binding request, which asks for the sender's own address. */
export function writeBindingRequest(transaction: Buffer): Buffer {
  return writeMessage({type: messageTypes.bindingRequest, transaction, attributes: []});
}

/** Reads a successful answer to the Binding request of a transaction; undefined for any other packet. */
export function readBindingSuccess(packet: Buffer, transaction: Buffer): StunMessage | undefined {
  const message = readMessage(packet);
  const isAnswer = message?.type === messageTypes.bindingSuccess && message.transaction.equals(transaction);
  return isAnswer ? message : undefined;
}

export type SocketAddress = {readonly address: string; readonly port: number};

const cookie = Buffer.from('2112a442', 'hex');
const families = {ipv4: 1, ipv6: 2} as const;

/** Writes an address in the masked form of STUN, which keeps routers from translating it. */
export function writeXorAddress({address, port}: SocketAddress, transaction: Buffer): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const head = Buffer.from([0, isIPv6(address) ? families.ipv6 : families.ipv4, 0, 0]);
  head.writeUInt16BE(port ^ cookie.readUInt16BE(0), 2);
  return Buffer.concat([head, mask(bytes, Buffer.concat([cookie, transaction]))]);
}

/** Reads a masked address; undefined if the value is none. */
export function readXorAddress(value: Buffer, transaction: Buffer): SocketAddress | undefined {
  return readAddress(value, Buffer.concat([cookie, transaction]));
}

/** Reads the IPv4 address that an answer to this transaction reports; undefined for any other packet. */
export function readBindingAnswer(packet: Buffer, transaction: Buffer): string | undefined {
  const message = readBindingSuccess(packet, transaction);
  const address = message && readMappedAddress(message)?.address;
  return address && isIPv4(address) ? address : undefined;
}

/** Reads the address that a server saw. Servers older than RFC 5389 send only the plain form, which routers may rewrite. */
export function readMappedAddress(message: StunMessage): SocketAddress | undefined {
  const xored = findAttribute(message, attributeTypes.xorMappedAddress);
  if (xored) return readXorAddress(xored, message.transaction);
  return readPlainAddress(findAttribute(message, attributeTypes.mappedAddress));
}

/** Reads the other address of a server that can answer from there (RFC 5780). */
export function readOtherAddress(message: StunMessage): SocketAddress | undefined {
  return readPlainAddress(findAttribute(message, attributeTypes.otherAddress));
}

function readPlainAddress(value: Buffer | undefined): SocketAddress | undefined {
  return value && readAddress(value, Buffer.alloc(16));
}

function readAddress(value: Buffer, key: Buffer): SocketAddress | undefined {
  const length = value[1] === families.ipv4 ? 4 : value[1] === families.ipv6 ? 16 : undefined;
  if (length === undefined || value.length !== 4 + length) return undefined;
  const bytes = mask(value.subarray(4), key);
  return {address: ipaddr.fromByteArray([...bytes]).toString(), port: value.readUInt16BE(2) ^ key.readUInt16BE(0)};
}

function mask(bytes: Buffer, key: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (key[index] ?? 0)));
}
