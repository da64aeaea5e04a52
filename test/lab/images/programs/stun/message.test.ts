import {crc32} from 'node:zlib';
import {expect, test} from 'vitest';
import {ATTRIBUTE, findValue, isSignedWith, readMessage, TYPE, writeMappedAddress, writeMessage} from './message.ts';

// RFC 5769, 2.1: a request that someone else has signed.
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';
const REQUEST = Buffer.from(
  `000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff
   80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
   80280004e57a3bcf`.replace(/\s/g, ''),
  'hex',
);

test('reads the name in a request and knows its signature', () => {
  const request = readMessage(REQUEST);
  if (request === undefined) throw new Error('not read');
  expect(request.type).toBe(TYPE.bindingRequest);
  expect(findValue(request, ATTRIBUTE.username)?.toString()).toBe('evtj:h6vY');
  expect(isSignedWith(request, PASSWORD)).toBe(true);
  expect(isSignedWith(request, 'guessed')).toBe(false);
});

test('hides an address behind the magic number', () => {
  expect(writeMappedAddress('198.51.100.1', 32_853).toString('hex')).toBe('0001a147e721c043');
});

const fingerprintOf = (packet: Buffer): number => (crc32(packet.subarray(0, -8)) ^ 0x5354554e) >>> 0;

test('signs what it writes so that it can be read', () => {
  const answer = writeMessage({
    type: TYPE.bindingSuccess,
    transaction: Buffer.alloc(12, 7),
    attributes: [[ATTRIBUTE.mappedAddress, writeMappedAddress('198.51.100.1', 4000)]],
    password: PASSWORD,
  });
  const read = readMessage(answer);
  expect(read && isSignedWith(read, PASSWORD)).toBe(true);
});

test('ends with the fingerprint that the RFC ends with', () => {
  const written = writeMessage({type: TYPE.bindingRequest, transaction: Buffer.alloc(12), attributes: []});
  expect(REQUEST.readUInt32BE(REQUEST.length - 4)).toBe(fingerprintOf(REQUEST));
  expect(written.readUInt32BE(written.length - 4)).toBe(fingerprintOf(written));
});

test.each([
  ['too short', REQUEST.subarray(0, 19)],
  ['cut off', REQUEST.subarray(0, 100)],
  ['of another protocol', Buffer.concat([REQUEST.subarray(0, 4), Buffer.alloc(4), REQUEST.subarray(8)])],
])('takes no packet that is %s', (_, packet) => {
  expect(readMessage(packet)).toBeUndefined();
});
