import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Answer, apply, ask, eventually, guest, idOf, lab, settings, settingsFile} from './lab.ts';

beforeAll(async () => {
  await lab('fresh');
  await guest(`cat > ${settingsFile}`, settings);
});

afterAll(async () => {
  // Its first deed is to lift every fault.
  await lab('fresh');
});

type Trouble = {
  readonly fault: string;
  /** What gives the next run a reason to need what is broken. */
  readonly before?: string;
  readonly code: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
};

/** One run while something is wrong; it ends in a problem of that name, in the journal too. */
async function meet({fault, before, code, says, remedy}: Trouble): Promise<void> {
  if (before !== undefined) await guest(before);
  await lab('fault', fault, 'on');
  const {exitCode, all} = await apply('--settings', settingsFile);
  await lab('fault', fault, 'off');
  expect(exitCode, all).toBe(1);
  expect(all).toMatch(says);
  expect(all).toMatch(remedy);
  expect(await readCodes()).toContain(code);
}

/** The codes of all problems in the newest journal. */
async function readCodes(): Promise<readonly string[]> {
  const text = await guest('cat "$(ls -d /var/lib/jitsi-onebox/runs/* | tail -n 1)/events.jsonl"');
  const events = text.split('\n').map(line => JSON.parse(line));
  return events.flatMap(({problem}) => (problem ? [problem.code] : []));
}

describe('on a fresh guest', () => {
  test.each<Trouble>([
    {fault: 'apt-404', code: 'mirror-failed', says: /404 +Not Found/, remedy: /reaches the mirrors/},
    {fault: 'disk-full', code: 'disk-full', says: /free space|No space left/, remedy: /Make room/},
  ])('$fault is called $code', meet);

  test('locks that another program holds are waited for, with its name; then all goes on and is green', async () => {
    await lab('fault', 'apt-lock-held', 'on');
    const applying: Promise<Answer> = apply('--settings', settingsFile);
    await eventually(20, async () => {
      const {stdout} = await ask('guest', ['sh', '-c', 'cat /var/lib/jitsi-onebox/runs/*/events.jsonl']);
      expect(stdout).toMatch(/waiting for unattended-upgr \(process \d+\) to finish with apt/);
      // It is said to be alive all the while.
      expect(stdout.split('waiting for unattended-upgr').at(-1)).toContain('"heartbeat"');
    });
    await lab('fault', 'apt-lock-held', 'off');
    const {exitCode, all} = await applying;
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/\.\.\. +Docker and compose.*waiting for unattended-upgr/);
  });
});

const withoutImage = `docker rm -f ${idOf('web')}; docker rmi "$(docker images -q ghcr.io/jitsi/web)"`;
const withoutCertificate = 'certbot delete --non-interactive --cert-name meet.example.test 2>&1';
const pull = {before: withoutImage, code: 'image-pull-failed'};
const order = {before: withoutCertificate, code: 'certificate-missing'};

describe('on a guest that is set up', () => {
  test.each<Trouble>([
    {...pull, fault: 'registry-gone', says: /web:\S+ could not be pulled/, remedy: /reaches ghcr\.io on port 443/},
    {...pull, fault: 'dns-gone', says: /lookup ghcr\.io/, remedy: /resolves names/},
    {...order, fault: 'authority-500', says: /Response \[500\]/, remedy: /in trouble/},
    {...order, fault: 'authority-429', says: /too many certificates/, remedy: /wants a pause/},
    {...order, fault: 'authority-unreachable', says: /No route to host/, remedy: /reaches the authority/},
  ])('$fault is called $code, and the next run is green', async trouble => {
    await meet(trouble);
    const {exitCode, all} = await apply();
    expect(exitCode, all).toBe(0);
  });
});
