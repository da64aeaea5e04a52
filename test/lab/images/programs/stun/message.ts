import {createHmac, timingSafeEqual} from 'node:crypto';
import {crc32} from 'node:zlib';

const MAGIC = 0x2112a442;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 20;
const FINGERPRINT_MASK = 0x5354554e;

/** The kinds of messages that a connectivity check is made of. */
export const TYPE = {bindingRequest: 0x0001, bindingSuccess: 0x0101} as const;

/** The attributes that a connectivity check carries. */
export const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  mappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlling: 0x802a,
} as const;

/** One attribute of a message, and where it lies in the packet. */
export type Attribute = {readonly type: number; readonly value: Buffer; readonly offset: number};

/** A STUN message as it came from the network. */
export type Message = {
  readonly packet: Buffer;
  readonly type: number;
  readonly transaction: Buffer;
  readonly attributes: readonly Attribute[];
};

/** Reads a packet; undefined is one that is no STUN message. */
export const readMessage = (packet: Buffer): Message | undefined => {
  if (
    packet.length < HEADER_BYTES ||
    packet.readUInt16BE(2) !== packet.length - HEADER_BYTES ||
    packet.readUInt32BE(4) !== MAGIC
  ) {
    return undefined;
  }
  const transaction = packet.subarray(8, HEADER_BYTES);
  return {packet, type: packet.readUInt16BE(0), transaction, attributes: [...readAttributes(packet)]};
};

function* readAttributes(packet: Buffer): Generator<Attribute> {
  for (let offset = HEADER_BYTES; offset + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(offset + 2);
    yield {type: packet.readUInt16BE(offset), value: packet.subarray(offset + 4, offset + 4 + length), offset};
    offset += 4 + Math.ceil(length / 4) * 4;
  }
}

/** Finds an attribute's value. */
export const findValue = ({attributes}: Message, type: number): Buffer | undefined =>
  attributes.find(attribute => attribute.type === type)?.value;

/** Tells whether a message was signed by someone who knows the password. */
export const isSignedWith = ({packet, attributes}: Message, password: string): boolean => {
  const integrity = attributes.find(({type}) => type === ATTRIBUTE.integrity);
  return (
    integrity?.value.length === INTEGRITY_BYTES &&
    timingSafeEqual(integrity.value, sign(packet.subarray(0, integrity.offset), password))
  );
};

type Draft = {
  readonly type: number;
  readonly transaction: Buffer;
  readonly attributes: readonly (readonly [type: number, value: Buffer])[];
  /** Left out, the message goes unsigned. */
  readonly password?: string;
};

/** Writes a message, signed when there is a password, with its fingerprint at the end. */
export const writeMessage = ({type, transaction, attributes, password}: Draft): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(MAGIC, 4);
  const bare = Buffer.concat([header, transaction, ...attributes.map(([type, value]) => writeAttribute(type, value))]);
  const signature = password === undefined ? [] : [writeAttribute(ATTRIBUTE.integrity, sign(bare, password))];
  return withFingerprint(Buffer.concat([bare, ...signature]));
};

/** The header of what is signed claims to end with the signature, whatever follows. */
const sign = (message: Buffer, password: string): Buffer =>
  createHmac('sha1', password)
    .update(withLength(message, 4 + INTEGRITY_BYTES))
    .digest();

const withFingerprint = (message: Buffer): Buffer => {
  const complete = withLength(message, 8);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(complete) ^ FINGERPRINT_MASK) >>> 0);
  return Buffer.concat([complete, writeAttribute(ATTRIBUTE.fingerprint, fingerprint)]);
};

const withLength = (message: Buffer, follows: number): Buffer => {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(message.length - HEADER_BYTES + follows, 2);
  return copy;
};

const writeAttribute = (type: number, value: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
};

/** Writes an IPv4 address so that no router on the way takes it for one to translate. */
export const writeMappedAddress = (address: string, port: number): Buffer => {
  const value = Buffer.from([0, 1, 0, 0, ...address.split('.').map(Number)]);
  value.writeUInt16BE(port ^ (MAGIC >>> 16), 2);
  value.writeUInt32BE((value.readUInt32BE(4) ^ MAGIC) >>> 0, 4);
  return value;
};
