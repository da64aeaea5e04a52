import {expect, test} from 'vitest';
import {findOutlook, formatSpan} from '../../src/commands/outlook.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

const clock = Date.parse('2026-11-22T08:30:00Z');
const inHours = (hours: number) => (clock + hours * 3_600_000) * 1000;

test('the next timers are listed in their order, and the last look for updates has its time', async () => {
  const timers = [
    {unit: 'certbot.timer', next: inHours(9)},
    {unit: 'jitsi-onebox-update.timer', next: inHours(0.5)},
    {unit: 'jitsi-onebox-other.timer', next: null},
  ];
  const host = createMemoryHost({
    clock,
    commands: {'systemctl list-timers': JSON.stringify(timers)},
    files: {'/var/lib/jitsi-onebox/update.json': '{"v":1,"checked":"2026-11-22T03:31:00Z","images":{}}'},
  });
  expect(await findOutlook(host)).toEqual([
    {name: 'Last update', text: expect.stringMatching(/; looked for 5 h ago$/)},
    {name: 'Next', text: 'update in 30 min, certbot in 9 h'},
  ]);
});

test('a systemd without JSON is no fault', async () => {
  const [, next] = await findOutlook(createMemoryHost({commands: {'systemctl list-timers': 'NEXT LEFT'}}));
  expect(next?.text).toBe('systemd does not list its timers');
});

test.each([
  [30_000, '1 min'],
  [-5, '0 min'],
  [3_600_000, '1 h'],
  [400_000_000, '5 d'],
])('%d ms are %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
