import * as v from 'valibot';
import {filesOf, listRuns, runsDirectory, tryRequest} from '../engine/run-files.ts';
import type {Host} from '../model/host.ts';
import type {Outlook} from '../model/ui.ts';
import {readNotice} from '../stack/index.ts';
import {hasSucceeded} from '../undo/has-succeeded.ts';

/** Looks up the last update and the next timers of an installation. */
export async function findOutlook(host: Host, base = runsDirectory): Promise<readonly Outlook[]> {
  const [update, timers] = await Promise.all([describeLastUpdate(host, base), describeTimers(host)]);
  return [
    {name: 'Last update', text: update},
    {name: 'Next', text: timers},
  ];
}

async function describeLastUpdate(host: Host, base: string): Promise<string> {
  const notice = await readNotice(host);
  const looked = notice && `looked for ${formatSpan(host.now() - Date.parse(notice.checked))} ago`;
  return [await describeUpdateRun(base), looked].filter(Boolean).join('; ');
}

/** Names the newest run that was an update and succeeded. */
async function describeUpdateRun(base: string): Promise<string> {
  const run = await findLastUpdate(base);
  if (run === undefined) return 'none yet';
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(run) ?? [];
  return `${year}-${month}-${day} ${hour}:${minute} UTC`;
}

async function findLastUpdate(base: string): Promise<string | undefined> {
  for (const run of (await listRuns(base)).toReversed()) {
    const files = filesOf(run, base);
    if ((await tryRequest(files))?.command === 'update' && (await hasSucceeded(files))) return run;
  }
  return undefined;
}

const timer = v.object({unit: v.string(), next: v.nullish(v.number())});
const list = v.pipe(v.string(), v.parseJson(), v.array(timer));

/** Says when the timers of this program and of certbot run next. */
async function describeTimers(host: Host): Promise<string> {
  const argv = ['systemctl', 'list-timers', '--output=json', 'certbot.timer', 'jitsi-onebox-*'] as const;
  const {success, output} = v.safeParse(list, (await host.query({argv})).stdout);
  if (!success) return 'systemd does not list its timers';
  const next = output.flatMap(({unit, next: moment}) => (moment ? [{unit, left: moment / 1000 - host.now()}] : []));
  const words = next
    .toSorted((one, other) => one.left - other.left)
    .map(({unit, left}) => `${unit.replace(/\.timer$/, '').replace(/^jitsi-onebox-/, '')} in ${formatSpan(left)}`);
  return words.join(', ') || 'no timer is set';
}

const spans = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** Formats a span of time by its largest unit: `3 d`, `11 h`, `5 min`. */
export function formatSpan(ms: number): string {
  const [size, unit] = spans.find(([each]) => ms >= each) ?? spans[2];
  return `${Math.max(0, Math.round(ms / size))} ${unit}`;
}
