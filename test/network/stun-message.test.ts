import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readBindingAnswer, writeBindingRequest} from '../../src/network/stun-message.ts';
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
  test('with everything that a server may add is read', () => {
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

test('no packet whatever makes the reader throw or tell something that is no address', () => {
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

test('every address survives the way there and back', () => {
  fc.assert(
    fc.property(fc.ipV4(), address => {
      expect(readBindingAnswer(answerTo(transaction, xorMapped(address)), transaction)).toBe(address);
    }),
  );
});
