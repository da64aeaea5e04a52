import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {describe, expect, test} from 'vitest';
import {
  attributeTypes,
  findAttribute,
  isSignedWith,
  lengthOf,
  longTermKey,
  readBindingAnswer,
  readError,
  readMessage,
  readXorAddress,
  writeBindingRequest,
  writeMessage,
  writeXorAddress,
} from '../../src/network/stun-message.ts';
import {answerTo, attribute, mapped, xorMapped} from './stun-server.ts';

const transaction = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');

// SOFTWARE of odd length, the address, MESSAGE-INTEGRITY and FINGERPRINT, as RFC 5769 composes its own example.
const example = answerTo(
  transaction,
  attribute(0x8022, Buffer.from('test vector')),
  xorMapped('198.51.100.7'),
  attribute(0x0008, Buffer.alloc(20, 9)),
  attribute(0x8028, Buffer.alloc(4, 9)),
);

describe('an answer', () => {
  test('is read with everything that a server may add', () => {
    expect(readBindingAnswer(example, transaction)).toBe('198.51.100.7');
  });

  test.each([
    ['the masked form', [xorMapped('198.51.100.7')], '198.51.100.7'],
    ['the old form', [mapped('198.51.100.8')], '198.51.100.8'],
    ['both, of which routers rewrite the plain one', [mapped('10.0.0.1'), xorMapped('198.51.100.7')], '198.51.100.7'],
    ['no address', [], undefined],
    ['IPv6', [attribute(0x0020, Buffer.concat([Buffer.from([0, 2, 0, 0]), Buffer.alloc(16)]))], undefined],
    ['an attribute longer than the packet', [Buffer.from([0, 0x20, 0, 8, 0, 1])], undefined],
  ])('with %s', (_what, attributes, expected) => {
    expect(readBindingAnswer(answerTo(transaction, ...attributes), transaction)).toBe(expected);
  });

  test.each([
    ['another transaction', answerTo(Buffer.alloc(12, 7), xorMapped('198.51.100.7'))],
    ['a request', writeBindingRequest(transaction)],
    ['a tail that its length leaves out', Buffer.concat([example, Buffer.alloc(4)])],
    ['nothing', Buffer.alloc(0)],
  ])('is not taken from %s', (_what, packet) => {
    expect(readBindingAnswer(packet, transaction)).toBeUndefined();
  });
});

test('a request is twenty bytes that announce no attributes', () => {
  expect(writeBindingRequest(transaction).toString('hex')).toBe(`000100002112a442${transaction.toString('hex')}`);
});

test('no packet makes the reader throw or return something that is no address', () => {
  const header = answerTo(transaction).subarray(0, 20);
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 120}), fc.boolean(), (bytes, plausible) => {
      const packet = plausible ? Buffer.concat([header, bytes]) : Buffer.from(bytes);
      if (plausible) packet.writeUInt16BE(bytes.length, 2);
      expect(readBindingAnswer(packet, transaction) ?? '0.0.0.0').toMatch(/^\d{1,3}(\.\d{1,3}){3}$/);
    }),
    {numRuns: 2000},
  );
});

test('every address is read as it was written', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      expect(readBindingAnswer(answerTo(transaction, xorMapped(address)), transaction)).toBe(address);
    }),
  );
});

// RFC 5769: a request of ICE, its answers by IPv4 and by IPv6, and a request with long-term credentials.
const password = 'VOkJxbRl1RmTxUk/WvJxBt';
const vectors = {
  request: `000100582112a442b7e7a701bc34d686fa87dfae
    802200105354554e207465737420636c69656e74 002400046e0001ff 80290008932ff9b151263b36 000600096576746a3a68367659202020
    000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004e57a3bcf`,
  ipv4: `0101003c2112a442b7e7a701bc34d686fa87dfae
    8022000b7465737420766563746f7220 002000080001a147e112a643
    000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004c07d4c96`,
  ipv6: `010100482112a442b7e7a701bc34d686fa87dfae
    8022000b7465737420766563746f7220 002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
    00080014a382954e4be67bf11784c97c8292c275bfe3ed41 80280004c8fb0b4c`,
  longTerm: `000100602112a44278ad3433c6ad72c029da412e
    00060012e3839ee38388e383aae38383e382afe382b90000
    0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700
    00080014f67024656dd64a3e02b8e0712e85c9a28ca89666`,
} as const;
const bytes = (name: keyof typeof vectors) => Buffer.from(vectors[name].replaceAll(/\s/g, ''), 'hex');

describe('the vectors of RFC 5769', () => {
  const key = longTermKey({username: 'マトリックス', realm: 'example.org', password: 'TheMatrIX'});

  test.each([
    ['request', password],
    ['ipv4', password],
    ['ipv6', password],
    ['longTerm', key],
  ] as const)('%s is signed with its key, and with no other', (name, right) => {
    const message = readMessage(bytes(name));
    expect(message && isSignedWith(message, right)).toBe(true);
    expect(message && isSignedWith(message, 'another')).toBe(false);
  });

  test.each([
    ['ipv4', {address: '192.0.2.1', port: 32_853}],
    ['ipv6', {address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853}],
  ] as const)('%s contains the address', (name, expected) => {
    const message = readMessage(bytes(name));
    const value = message && findAttribute(message, attributeTypes.xorMappedAddress);
    expect(message && value && readXorAddress(value, message.transaction)).toEqual(expected);
  });

  test('the answer over IPv4 is written to the byte, including signature and checksum', () => {
    const software = 0x8022 as typeof attributeTypes.fingerprint;
    const written = writeMessage({
      type: 0x0101,
      transaction,
      // The vector pads with a space where zeros are usual, so the padding is written here, too.
      attributes: [
        [software, Buffer.from('test vector')],
        [attributeTypes.xorMappedAddress, writeXorAddress({address: '192.0.2.1', port: 32_853}, transaction)],
      ],
      key: password,
      fingerprint: true,
    });
    const hex = (packet: Buffer) => packet.subarray(36, 48).toString('hex');
    expect(hex(written)).toBe(hex(bytes('ipv4')));
    const read = readMessage(written);
    expect(read && isSignedWith(read, password)).toBe(true);
    expect(lengthOf(written)).toBe(written.length);
  });
});

test('every address of both families is read as it was written', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV6(), fc.integer({min: 0, max: 65_535}), (four, six, port) => {
      for (const address of [four, six]) {
        const read = readXorAddress(writeXorAddress({address, port}, transaction), transaction);
        expect(read && ipaddr.parse(read.address).toNormalizedString()).toBe(
          ipaddr.parse(address).toNormalizedString(),
        );
        expect(read?.port).toBe(port);
      }
    }),
  );
});

test.each([
  ['403', '00000403', 403],
  ['438', '00000426', 438],
  ['none', undefined, 0],
  ['one cut short', '0000', 0],
])('the error %s is read', (_what, value, code) => {
  const attributes = value === undefined ? [] : [[attributeTypes.errorCode, Buffer.from(value, 'hex')] as const];
  const message = readMessage(writeMessage({type: 0x0118, transaction, attributes}));
  expect(message && readError(message)).toBe(code);
});
