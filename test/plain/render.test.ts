import {applyPatch} from 'diff';
import {describe, expect, test} from 'vitest';
import {describeFact, known, unknown} from '../../src/model/facts.ts';
import {renderChecks, renderDetected, renderHome, renderPlan, renderSummary} from '../../src/plain/render.ts';
import {detected, plan, portTaken, home as sample} from '../tui/samples.ts';

describe('the plan as text', () => {
  test('fits on a page', () => {
    expect(renderSummary({...plan, problems: [portTaken]})).toMatchInlineSnapshot(`
      "This machine:
        create  nginx, haproxy, certbot
        update  Kernel buffers for UDP media
        create  /srv/jitsi/.env
        start   service-1.service
        start   service-2.service
        start   service-3.service
        start   service-4.service
        start   service-5.service
        start   service-6.service
        start   service-7.service
        start   service-8.service
        start   service-9.service
        start   service-10.service
        start   service-11.service
        start   service-12.service

      nginx:
        update  /etc/nginx/sites-available/jitsi.conf

      Web:
        pull    ghcr.io/jitsi/web:stable-11248
        pull    ghcr.io/jitsi/prosody:stable-11248
        pull    ghcr.io/jitsi/jicofo:stable-11248
        pull    ghcr.io/jitsi/jvb:stable-11248

      Relay:
        pull    ghcr.io/jitsi/coturn:stable-11248

      Warning (small-memory): This machine has 2.0 GB of memory, where 4 GB are advised.
        What to do: Meetings of up to about ten people will work. Give the machine more memory for larger ones.

      Problem (port-taken): Port 443 is taken by apache2 (unit apache2.service, package apache2).
        What to do: Stop and disable it with "systemctl disable --now apache2", or move it to another port; then try again.

      1 thing could not be read (never counted as a change):
        firewall:nftables: only root may list its rules

      21 changes (2 create, 2 update, 5 pull, 12 start); 2 already right; 1 could not be read."
    `);
  });

  test('holds a unified diff that patch can read', () => {
    const [{text} = {text: undefined}] = plan.changes.flatMap(({differences}) => differences.filter(one => one.text));
    const rendered = renderPlan(plan);
    const from = rendered.indexOf('--- /etc/nginx');
    const patch = rendered.slice(from, rendered.indexOf('# mode of', from));
    expect(text && applyPatch(text.before, patch)).toBe(text?.after);
  });

  test('never shows what a secret file holds', () => {
    expect(renderPlan(plan)).toContain('# write /srv/jitsi/.env\n# (not shown: it holds secrets)');
  });

  test('says in its last line what could not be read', () => {
    expect(renderPlan(plan).split('\n').at(-1)).toContain('1 could not be read');
  });

  test('says when there is nothing to do', () => {
    const rendered = renderPlan({...plan, changes: [], warnings: [], unknown: []});
    expect(rendered).toBe('Nothing to do; 2 already right.');
  });
});

test('detected facts are in columns', () => {
  expect(renderDetected(detected.slice(0, 3))).toBe(
    [
      'System         Debian GNU/Linux 13 (trixie)  (/etc/os-release)',
      'Memory         4.1 GB  (systeminformation)',
      'Local address  10.20.0.10  (route to the internet)',
    ].join('\n'),
  );
});

test('checks are listed with the worst last, and with remedies', () => {
  const results = [
    {
      code: 'meet-https',
      place: 'web',
      state: 'failed',
      summary: 'No page.',
      evidence: 'HTTP 502',
      remedy: 'Look.',
      ms: 1,
    },
    {code: 'turn-allocation', place: 'turn', state: 'ok', summary: 'The relay answers.', evidence: 'in 3 ms', ms: 1},
  ] as const;
  const failed = ['failed  No page.', '        HTTP 502', '        What to do: Look.', '        (meet-https)'];
  const end = ['', '1 ok, 0 warnings, 1 failed, 0 unknown', 'More about a code: jitsi-onebox explain meet-https'];
  expect(renderChecks(results, {isThorough: false}).split('\n')).toEqual([
    'ok      The relay answers.',
    ...failed,
    ...end,
  ]);
  const ok = ['ok      The relay answers.', '        in 3 ms', '        (turn-allocation)'];
  expect(renderChecks(results, {isThorough: true}).split('\n')).toEqual([...ok, ...failed, ...end]);
});

test('checks that wait are no failures, and the end says what to do', () => {
  const starting = [{part: 'jicofo', since: '2026-11-29T07:51:20.000Z', state: 'not logged in yet'}] as const;
  const results = [
    {
      code: 'conference',
      place: 'jicofo',
      state: 'starting',
      summary: 'It waits.',
      evidence: 'refused',
      starting,
      ms: 1,
    },
    {code: 'meet-https', place: 'web', state: 'ok', summary: 'The page is there.', ms: 1},
  ] as const;
  expect(renderChecks(results, {isThorough: false}).split('\n')).toEqual([
    'ok      The page is there.',
    'starting It waits.',
    '        refused',
    '        (conference)',
    '',
    '1 ok, 0 warnings, 0 failed, 0 unknown, 1 starting',
    'Something is still starting. Look again in a moment; if it does not start within three minutes, it counts as failed.',
  ]);
});

test('the home screen in lines has the title of the pages, if one is set', () => {
  const {title: _, update: __, ...rest} = sample;
  const home = {...rest, address: 'https://a.example/', versions: '1', lastRun: 'done'};
  expect(renderHome(home)).toBe('Your meetings are at https://a.example/\n1\nLast run: done');
  expect(renderHome({...home, title: 'Meet "A"'})).toMatch(
    /^Your meetings are at https:\/\/a\.example\/ \(“Meet "A"”\)\n/,
  );
  expect(renderHome({...home, update: 'An update is available.'})).toMatch(/\nAn update is available\.$/);
});

describe('a fact in words', () => {
  test.each([
    [describeFact('memory', known(4_120_000_000, '/proc')), {fact: 'Memory', text: '4.1 GB', source: '/proc'}],
    [describeFact('docker', known(null, 'which')), {fact: 'Docker', text: 'not installed', source: 'which'}],
    [
      describeFact('publicAddress', unknown('STUN', 'no server answered')),
      {fact: 'Public address', text: 'unknown: no server answered', source: 'STUN'},
    ],
  ])('%o', (finding, expected) => {
    expect(finding).toEqual(expected);
  });
});
