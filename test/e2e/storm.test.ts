import {beforeAll, expect, onTestFinished, test} from 'vitest';
import {runHostile, startProgram} from './hostile/programs.ts';
import {requireInstalled} from './hosts.ts';
import {ask, guest, outside} from './lab.ts';

// A storm of hostile connections from one source: 30 s in CI, 5 minutes with --all.
const seconds = process.env.TEST_ALL === '1' ? 300 : 30;
const rate = 500;
const site = 'server { listen 4443 ssl; server_name own.example.test; location / { return 200 own; }';
const certificate = '/etc/jitsi-onebox/tls/meet.example.test';

beforeAll(requireInstalled);

/** Asks for a page every 200 ms, each time over a new connection, and counts the answers. */
async function knock(
  url: string,
  wanted: string,
): Promise<{readonly asked: number; readonly failed: readonly string[]}> {
  const curl = `curl -sSk --max-time 5 -w ' %{http_code}' --resolve own.example.test:443:198.51.100.10 ${url}`;
  const line = `end=$(($(date +%s) + ${seconds})); while [ $(date +%s) -lt $end ]; do ${curl} 2>&1 | tail -c 60 | tr '\\n' ' '; echo; sleep 0.2; done`;
  const answers = (await outside(line)).trim().split('\n');
  return {asked: answers.length, failed: answers.filter(each => !each.trim().endsWith(wanted))};
}

test('m3: 500 hostile connections a second from one source harm neither a meeting nor anybody’s page', {
  timeout: (seconds + 120) * 1000,
}, async () => {
  const path = '/etc/nginx/sites-enabled/own.conf';
  const tls = `ssl_certificate ${certificate}/fullchain.pem; ssl_certificate_key ${certificate}/privkey.pem; }`;
  await guest(`cat >${path} && nginx -q -t && systemctl reload nginx`, `${site} ${tls}\n`);
  onTestFinished(async () => void (await guest(`rm ${path}; systemctl reload nginx`)));
  const meeting = await startProgram('outside', '../meeting.ts', {args: ['2']});
  onTestFinished(meeting.end);
  expect(meeting.first).toContain('met');

  const [storm, page, neighbour] = await Promise.all([
    runHostile<{opened: number; most: number; closed: number}>('lan', 'storm.ts', String(seconds), String(rate)),
    knock('https://meet.example.test/config.js', '200'),
    knock('https://own.example.test/', 'own 200'),
  ]);
  console.log(`m3: ${JSON.stringify({storm, page, neighbour})}`);
  expect(storm.opened).toBeGreaterThan((seconds * rate) / 2);
  expect(page.asked).toBeGreaterThan(seconds);
  expect({page: page.failed, neighbour: neighbour.failed}).toEqual({page: [], neighbour: []});
  // The meeting is still on: nobody left, and a third participant can make one of their own.
  const {stdout} = await ask('guest', ['jitsi-onebox', 'plan', '--set', 'memory.videobridge=601m']);
  expect(stdout).toContain('2 participants in 1 meeting now');
});
