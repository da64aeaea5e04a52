import {expect, test} from 'vitest';
import {mostBytes, readLine, readRate, writeLine} from '../../../src/stack/trial/line.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';

test.each([
  [`/line/${mostBytes}/1600`, 40],
  [`/line/${mostBytes}/1`, 64_000],
  ['/line/300000/8000', 0.3],
  ['/line/300000/999999', 0.1],
  ['/line/1000/10', undefined],
  ['/line/8000001/10', undefined],
  ['/line/300000/0', undefined],
  ['/line/-300000/10', undefined],
  ['/line/300000', undefined],
  ['/line', undefined],
])('a report of %s means %s Mbit/s', (path, rate) => expect(readRate(path)).toBe(rate));

test('a measurement is there until the next, and a broken file says nothing', async () => {
  const host = createMemoryHost({files: {'/var/lib/jitsi-onebox/line.json': ''}});
  expect(await readLine(host)).toBeUndefined();
  await writeLine(host, 38.4);
  expect(await readLine(host)).toMatchObject({uplink: 38.4, measured: expect.stringMatching(/^\d{4}-.*Z$/)});
  await host.files.write('/var/lib/jitsi-onebox/line.json', '{', {mode: 0o644, uid: 0, gid: 0});
  expect(await readLine(host)).toBeUndefined();
});
