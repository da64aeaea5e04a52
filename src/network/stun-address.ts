import {isIPv4, isIPv6} from 'node:net';
import ipaddr from 'ipaddr.js';
import {attributeTypes, findAttribute, readBindingSuccess, type StunMessage} from './stun-message.ts';

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
  const address = message && readMappedAddress(message);
  return address && isIPv4(address) ? address : undefined;
}

// Servers older than RFC 5389 send only the plain form, which routers may rewrite.
function readMappedAddress(message: StunMessage): string | undefined {
  const xored = findAttribute(message, attributeTypes.xorMappedAddress);
  if (xored) return readXorAddress(xored, message.transaction)?.address;
  const plain = findAttribute(message, attributeTypes.mappedAddress);
  return plain && readAddress(plain, Buffer.alloc(16))?.address;
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
