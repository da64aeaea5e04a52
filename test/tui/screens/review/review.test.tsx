import {expect, test} from 'vitest';
import {ProblemPanel} from '../../../../src/tui/components/panel.tsx';
import {ReviewView} from '../../../../src/tui/screens/review/review.tsx';
import {pressInReview, startReview} from '../../../../src/tui/screens/review/state.ts';
import {createStore} from '../../../../src/tui/store.ts';
import {frameOf, large, small} from '../../draw.tsx';
import {change, map, plan, portTaken} from '../../samples.ts';

test('the review', () => {
  expect(frameOf(<ReviewView store={createStore(startReview(plan))} map={map} size={large} />)).toMatchInlineSnapshot(`
    "jitsi-onebox · Review                 nothing has been changed yet   ↓ 10 more
    21 changes: 2 create, 2 update, 5 pull, 12 start; 2 already right

    ▸ ! Warning: This machine has 2.0 GB of memory, where 4 GB are advised.
    This machine 15 changes
      create   nginx, haproxy, certbot
      update   Kernel buffers for UDP media
      create   /srv/jitsi/.env
      start    service-1.service
      start    service-2.service
      start    service-3.service
      start    service-4.service
      start    service-5.service
      start    service-6.service
      start    service-7.service
      start    service-8.service
      start    service-9.service
      start    service-10.service
      start    service-11.service
      start    service-12.service

    a apply   Enter details   c change   s save   m map   q quit   ? keys"
  `);
});

test('the review in a small terminal', () => {
  const state = startReview({...plan, problems: [portTaken]});
  expect(frameOf(<ReviewView store={createStore(state)} map={map} size={small} />, small)).toMatchInlineSnapshot(`
    "jitsi-onebox · Review        ↓ 23 more
    1 problem must be solved first

    ▸ ✖ Problem: Port 443 is taken by apa…
      ! Warning: This machine has 2.0 GB …
    This machine 15 changes
      create   nginx, haproxy, certbot
      update   Kernel buffers for UDP med…
    Enter what to do  r try again  s save
    c change  m map  q quit  ? keys"
  `);
});

test('a change', () => {
  const review = startReview(plan);
  const cursor = review.items.findIndex(({key}) => key.includes('jitsi.conf'));
  const state = pressInReview({...review, list: {...review.list, cursor}}, {type: 'key', name: 'enter'}, large);
  expect(frameOf(<ReviewView store={createStore(state)} map={map} size={large} />)).toMatchInlineSnapshot(`
    "jitsi-onebox · Review                                      lines 1 to 17 of 19
    /etc/nginx/sites-available/jitsi.conf update

    change /etc/nginx/sites-available/jitsi.conf
    @@ -1,6 +1,6 @@
     line 1
     line 2
    -line 3
    +server_name meet.example.org;
     line 4
     line 5
     line 6
    @@ -38,7 +38,7 @@
     line 38
     line 39
     line 40
    -line 41
    +proxy_pass http://127.0.0.1:8289;
     line 42
     line 43

    Enter back   Arrows scroll   / search   G end"
  `);
});

test('minor changes that are folded, and the same when they are open', () => {
  const changes = ['directory:/srv/a', 'link:/srv/b', 'file:/srv/c'].map(id => change(id, 'web'));
  const review = startReview({...plan, changes, unknown: [], warnings: []}, {hasMap: false});
  const draw = (state: typeof review) =>
    frameOf(<ReviewView store={createStore(state)} map={undefined} size={small} />, small);
  expect(draw(review)).toMatchInlineSnapshot(`
    "Review    nothing has been changed yet
    3 changes; 2 already right

    Web 3 changes
    ▸ create   /srv/c
      create   2 directories and links …
    a apply  Enter details  c change
    s save  q quit  ? keys"
  `);
  const keys = ['down', 'enter'] as const;
  const open = keys.reduce((state, name) => pressInReview(state, {type: 'key', name}, small), review);
  expect(draw(open)).toMatchInlineSnapshot(`
    "Review    nothing has been changed yet
    3 changes; 2 already right

    Web 3 changes
      create   /srv/c
    ▸ create   2 directories and links
      create     /srv/a
      create     /srv/b
    a apply  Enter close  c change  s save
    q quit  ? keys"
  `);
});

test('a problem', () => {
  expect(frameOf(<ProblemPanel problem={portTaken} columns={78} />)).toMatchInlineSnapshot(`
    "──────────────────────────────────────────────────────────────────────────────
    ✖ Problem
    Port 443 is taken by apache2 (unit apache2.service, package apache2).
    What to do
    Stop and disable it with "systemctl disable --now apache2", or move it to
    another port; then try again.
    jitsi-onebox explain port-taken"
  `);
});
