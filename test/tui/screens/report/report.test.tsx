import {expect, test} from 'vitest';
import type {Report} from '../../../../src/model/ui.ts';
import {ReportView} from '../../../../src/tui/screens/report/report.tsx';
import {noView, takeIn} from '../../../../src/tui/screens/watch/run-store.ts';
import {frameOf} from '../../draw.tsx';
import {at, story} from '../../sample-run.ts';
import {forwards} from '../../samples.ts';

const report: Report = {
  run: story.map(([ms, body]) => at(ms, body)).reduce(takeIn, noView).run,
  address: 'https://meet.example.org/',
  journal: '/var/lib/jitsi-onebox/runs/20261122T083000Z/events.jsonl',
  forwards,
  next: ['Put right what is named above and run jitsi-onebox again.'],
};

test('the report', () => {
  expect(frameOf(<ReportView report={report} columns={78} />, {columns: 78, rows: 60})).toMatchInlineSnapshot(`
    "
    What works
    ✔ The page of the meetings answers.

    What does not work yet
    ✖ The certificate is a stand-in that browsers do not trust.
      What to do: See what the failed step says.

    ──────────────────────────────────────────────────────────────────────────────
    ✖ Certificate for meet.example.org
    The authority could not reach http://meet.example.org/ on port 80.
    What to do
    Forward port 80 of the router to 10.20.0.10 and run jitsi-onebox again.
    jitsi-onebox explain certificate-missing

    ✖ Not everything worked
    3 done, 1 done with a warning, 1 failed, 1 skipped (This machine, Web,
    Videobridge, nginx), in 3.1 s

    What to do next
    1. Put right what is named above and run jitsi-onebox again.

    What the router has to forward
    443/tcp    ▸ 10.20.0.10  the meeting pages
    10000/udp  ▸ 10.20.0.10  sound and pictures

    The journal of this run
    /var/lib/jitsi-onebox/runs/20261122T083000Z/events.jsonl"
  `);
});
