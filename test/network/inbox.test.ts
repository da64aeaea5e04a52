import {expect, test} from 'vitest';
import {openInbox} from '../../src/network/inbox.ts';

test('an inbox gives every listener its item, and ends every wait', async () => {
  const inbox = openInbox<number>();
  const [even, odd, large] = [
    inbox.next(each => (each % 2 === 0 ? `even ${each}` : undefined)),
    inbox.next(each => (each % 2 === 1 ? `odd ${each}` : undefined)),
    inbox.next(each => (each > 100 ? each : undefined)),
  ];
  for (const each of [3, 4, 5]) inbox.receive(each);
  expect(await Promise.all([even, odd])).toEqual(['even 4', 'odd 3']);
  inbox.end(new Error('closed'));
  await expect(large).rejects.toThrow('closed');
  await expect(inbox.next(each => each)).rejects.toThrow('closed');
});
