import {isIPv4} from 'node:net';

const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const magicCookie = 0x2112a442;
const headerLength = 20;
const ipv4Family = 0x01;

// Servers older than RFC 5389 answer with the plain form alone.
const mappedAddress = 0x0001;
const xorMappedAddress = 0x0020;

/** Writes a STUN Binding request (RFC 8489); `transaction` is twelve random bytes. */
export function writeBindingRequest(transaction: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([header, transaction]);
}

/** Reads the IPv4 address that an answer to this transaction reports; undefined for any other packet. */
export function readBindingAnswer(packet: Buffer, transaction: Buffer): string | undefined {
  if (!isAnswerTo(packet, transaction)) return undefined;
  const attributes = new Map(listAttributes(packet));
  const xored = attributes.get(xorMappedAddress);
  if (xored) return readAddress(xored, magicCookie);
  const plain = attributes.get(mappedAddress);
  return plain && readAddress(plain, 0);
}

function isAnswerTo(packet: Buffer, transaction: Buffer): boolean {
  return (
    packet.length >= headerLength &&
    packet.readUInt16BE(0) === bindingSuccess &&
    packet.readUInt16BE(2) === packet.length - headerLength &&
    packet.readUInt32BE(4) === magicCookie &&
    packet.subarray(8, headerLength).equals(transaction)
  );
}

function* listAttributes(packet: Buffer): Generator<[type: number, value: Buffer]> {
  let offset = headerLength;
  while (offset + 4 <= packet.length) {
    const length = packet.readUInt16BE(offset + 2);
    const value = packet.subarray(offset + 4, offset + 4 + length);
    if (value.length === length) yield [packet.readUInt16BE(offset), value];
    offset += 4 + Math.ceil(length / 4) * 4;
  }
}

function readAddress(value: Buffer, mask: number): string | undefined {
  if (value.length !== 8 || value[1] !== ipv4Family) return undefined;
  const unmasked = Buffer.alloc(4);
  unmasked.writeUInt32BE((value.readUInt32BE(4) ^ mask) >>> 0);
  const address = unmasked.join('.');
  return isIPv4(address) ? address : undefined;
}
