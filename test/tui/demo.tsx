import {setTimeout as sleep} from 'node:timers/promises';
import type {Event, EventBody} from '../../src/model/event.ts';
import type {Ui} from '../../src/model/ui.ts';
import {openTerminalUi} from '../../src/tui/open.tsx';
import {at, story} from './sample-run.ts';
import {detected, forwards, map, plan, questions} from './samples.ts';

// The screens with scripted events, for a pty or a pair of eyes: `demo.mjs [scene…]`, all of them by default.
const speed = Number(process.env.SPEED ?? 1);

async function* arrive<T>(items: readonly T[], pause: number) {
  for (const item of items) {
    await sleep(pause * speed);
    yield item;
  }
}

function now(body: EventBody): Event {
  return at(0, body, Date.now());
}

/** A run of which nothing is heard any more. */
async function* hang(): AsyncGenerator<Event> {
  for (const [, body] of story.slice(0, 7)) yield now(body);
  await sleep(3_600_000);
}

async function* happen(stop: AbortSignal, leave: AbortSignal): AsyncGenerator<Event> {
  const start = Date.now();
  let before = 0;
  for (const [ms, body] of story) {
    await sleep((ms - before) * speed);
    before = ms;
    yield now(body);
    if (leave.aborted) return;
    if (!stop.aborted) continue;
    yield now({type: 'stop-requested', by: 'root'});
    yield now({type: 'run-finished', outcome: 'stopped', exit: 130, counts: {}, ms: Date.now() - start});
    return;
  }
}

async function watchAndReport(ui: Ui): Promise<void> {
  const [stop, leave] = [new AbortController(), new AbortController()];
  const run = await ui.watch(happen(stop.signal, leave.signal), {
    stop: () => stop.abort(),
    leave: () => leave.abort(),
  });
  if (leave.signal.aborted) return;
  const next = [
    'Forward 80/tcp, 443/tcp, 3478/udp and 10000/udp of the router to 10.20.0.10.',
    'Run jitsi-onebox again.',
  ];
  await ui.report({
    run,
    address: 'https://meet.example.org',
    journal: '/var/lib/jitsi-onebox/runs/20261122T083000Z',
    forwards,
    next,
  });
}

const save = async () => 'Saved to /root/jitsi-onebox.yaml.';

const scenes: Readonly<Record<string, (ui: Ui) => Promise<unknown>>> = {
  look: ui => ui.look(arrive(detected, 300)),
  ask: async ui => console.log(JSON.stringify(await ui.ask(questions, () => map))),
  review: async ui => console.log(await ui.review(plan, {save})),
  watch: watchAndReport,
  recover: async ui => console.log(`chosen: ${await ui.recover(['again', 'leave', 'undo'])}`),
  quiet: ui => ui.watch(hang(), {stop: () => undefined, leave: () => undefined}),
};

const ui = openTerminalUi({stdin: process.stdin, stdout: process.stdout});
const chosen = process.argv.length > 2 ? process.argv.slice(2) : ['look', 'ask', 'review', 'watch'];
for (const name of chosen) {
  await scenes[name]?.(ui);
}
await ui.close();
