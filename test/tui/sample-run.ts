import type {Event, EventBody, PlannedStep} from '../../src/model/event.ts';

function step(id: string, place: PlannedStep['place'], title: string): PlannedStep {
  return {id, title, place, kind: id.split(':')[0] ?? '', change: 'create', needs: [], locks: []};
}

/** The steps of the sample run. */
export const steps: readonly PlannedStep[] = [
  step('apt:web', 'host', 'Packages nginx, haproxy and certbot'),
  step('image:web', 'web', 'Image ghcr.io/jitsi/web:stable-11248'),
  step('image:jvb', 'videobridge', 'Image ghcr.io/jitsi/jvb:stable-11248'),
  step('certificate:meet', 'nginx', 'Certificate for meet.example.org'),
  step('file:jitsi.conf', 'nginx', 'nginx site of meet.example.org'),
  step('unit:nginx', 'nginx', 'nginx runs with the new site'),
];

/** An event at so many milliseconds after the start. */
export function at(ms: number, body: EventBody, start = Date.parse('2026-11-22T08:30:00.000Z')): Event {
  return {v: 1, at: new Date(start + ms).toISOString(), ...body};
}

const pull = {type: 'step-progress', step: 'image:web', total: 96_000_000, unit: 'bytes', part: 'a1b2'} as const;

const moments: readonly (readonly [ms: number, EventBody])[] = [
  [
    0,
    {type: 'run-started', run: '20261122T083000Z', command: 'apply', version: '0.1.0', digest: 'd', pid: 1, by: 'root'},
  ],
  [5, {type: 'plan-made', steps, unchanged: 3}],
  [10, {type: 'step-started', step: 'apt:web'}],
  [12, {type: 'step-started', step: 'image:web'}],
  [14, {type: 'step-started', step: 'image:jvb'}],
  [16, {type: 'step-waiting', step: 'certificate:meet', lock: 'apt', holder: 'apt-get (pid 812)'}],
  [20, {type: 'step-output', step: 'apt:web', stream: 'stdout', line: 'Unpacking nginx (1.26.3-3+deb13u1) ...'}],
  ...Array.from({length: 9}, (_, part) => [100 + part * 200, {...pull, done: part * 12_000_000}] as const),
  [400, {type: 'step-progress', step: 'image:jvb', done: 30_000_000, unit: 'bytes', part: 'c3d4'}],
  [1200, {type: 'step-output', step: 'apt:web', stream: 'stdout', line: 'Setting up haproxy (3.0.11-1+deb13u1) ...'}],
  [1700, {type: 'step-finished', step: 'image:web', outcome: 'changed', ms: 1688}],
  [1900, {type: 'step-finished', step: 'apt:web', outcome: 'changed', ms: 1890}],
  [1910, {type: 'step-started', step: 'certificate:meet'}],
  [2300, {type: 'step-finished', step: 'image:jvb', outcome: 'warned', ms: 2286}],
  [
    2500,
    {
      type: 'step-finished',
      step: 'certificate:meet',
      outcome: 'failed',
      ms: 590,
      problem: {
        code: 'certificate-missing',
        summary: 'The authority could not reach http://meet.example.org/ on port 80.',
        remedy: 'Forward port 80 of the router to 10.20.0.10 and run jitsi-onebox again.',
      },
    },
  ],
  [2510, {type: 'step-started', step: 'file:jitsi.conf'}],
  [2550, {type: 'step-finished', step: 'file:jitsi.conf', outcome: 'changed', ms: 40}],
  [2560, {type: 'step-finished', step: 'unit:nginx', outcome: 'skipped', ms: 0, cause: 'certificate:meet'}],
  [2600, {type: 'check-started', check: 'page-answers'}],
  [
    2900,
    {
      type: 'check-finished',
      check: 'page-answers',
      place: 'web',
      state: 'ok',
      summary: 'The page of the meetings answers.',
      ms: 300,
    },
  ],
  [2910, {type: 'check-started', check: 'certificate-valid'}],
  [
    3000,
    {
      type: 'check-finished',
      check: 'certificate-valid',
      place: 'nginx',
      state: 'failed',
      summary: 'The certificate is a stand-in that browsers do not trust.',
      remedy: 'See what the failed step says.',
      ms: 90,
    },
  ],
  [
    3100,
    {
      type: 'run-finished',
      outcome: 'failed',
      exit: 1,
      counts: {changed: 3, warned: 1, failed: 1, skipped: 1},
      ms: 3100,
    },
  ],
];

/** What happens in the sample run, with the moment of each event: pulls, waiting, a failure, what that skips, and checks. */
export const story = moments.toSorted(([one], [other]) => one - other);
