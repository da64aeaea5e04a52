import {once} from 'node:events';
import {execa} from 'execa';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, eventually, guest, outside, resetRouter} from './lab.ts';
import {later, status, statusAfter} from './proof.ts';

// The lab's second authority issues certificates for 80 seconds, and certbot renews them after half of that.

const names = ['meet.example.test', 'turn.example.test'] as const;
const brief = 'acme.directory=https://brief.example.net/directory';
const usual = 'acme.directory=https://acme-v02.api.letsencrypt.org/directory';
const dropIn = '/run/systemd/system/certbot.timer.d/often.conf';
const log = '/var/log/letsencrypt/letsencrypt.log';

const serialOf = (source: string) => `${source} | openssl x509 -noout -serial`;
const shownAt = (place: string, name: string) =>
  serialOf(`timeout 10 openssl s_client -connect ${place} -servername ${name} </dev/null 2>/dev/null`);

/** Asks every name on every port for its serial number, from the internet and on the host. */
async function readShown(): Promise<readonly string[]> {
  const [meet, turn] = names;
  return Promise.all([
    outside(shownAt('198.51.100.10:443', meet)),
    guest(shownAt('127.0.0.1:4443', meet)),
    outside(shownAt('198.51.100.10:443', turn)),
    guest(shownAt('127.0.0.1:5349', turn)),
  ]);
}

/** Reads the serial numbers of the files, in the order of the ports. */
async function readFiles(): Promise<readonly string[]> {
  const [meet, turn] = await Promise.all(
    names.map(name => guest(serialOf(`cat /etc/letsencrypt/live/${name}/cert.pem`))),
  );
  return [meet, meet, turn, turn].map(String);
}

const finding = async (code: string, {checks} = {checks: []} as Pick<Awaited<ReturnType<typeof status>>, 'checks'>) =>
  (checks.length > 0 ? checks : (await status()).checks).find(each => each.code === code);

/** Closes port 80 in the router, where the authority asks for proofs. */
const closePort80 = () =>
  ask('router', [
    'nft',
    'insert',
    'rule',
    'ip',
    'router',
    'forward',
    'tcp',
    'dport',
    '80',
    'reject',
    'with',
    'tcp',
    'reset',
  ]);
const wantsRenewal = (days: number) =>
  guest(
    `sed -i '/^renew_before_expiry/d; 1i renew_before_expiry = ${days} days' /etc/letsencrypt/renewal/*.example.test.conf`,
  );
const renew = () => ask('guest', ['systemctl', 'start', 'certbot.service']);

beforeAll(requireInstalled);
afterAll(async () => {
  await resetRouter();
  await guest(
    `rm -f ${dropIn} /etc/nginx/conf.d/broken.conf && systemctl daemon-reload && systemctl restart certbot.timer`,
  );
  await guest("sed -i '/^renew_before_expiry/d' /etc/letsencrypt/renewal/*.example.test.conf");
  await apply('--set', usual, '--set', 'acme.rehearse=false');
  await guest('cp /root/settings.before /etc/jitsi-onebox/settings.yaml');
});

test('certbot’s own timer renews short-lived certificates during a call through the relay, which notices nothing', async () => {
  await guest('cp /etc/jitsi-onebox/settings.yaml /root/settings.before');
  const {exitCode, all} = await apply('--set', brief);
  expect(exitCode, all).toBe(0);
  const before = await readShown();
  expect(before).toEqual(await readFiles());
  const node = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
  const door = new URL('../../scripts/lab', import.meta.url).pathname;
  const script = new URL('relayed-call.ts', import.meta.url).pathname;
  const call = execa(door, ['outside', node, '--use-system-ca', script], {stdin: 'pipe', reject: false});
  await Promise.race([once(call.stdout, 'data'), call]);
  const timer = '[Timer]\nOnCalendar=\nOnActiveSec=1\nOnUnitInactiveSec=3\nRandomizedDelaySec=0\nAccuracySec=1';
  await guest(`mkdir -p ${dropIn.replace(/\/[^/]*$/, '')} && cat > ${dropIn}`, timer);
  await guest('systemctl daemon-reload && systemctl restart certbot.timer');
  await eventually(100, async () => {
    const now = await readFiles();
    expect(before.filter(serial => now.includes(serial))).toEqual([]);
    expect(await readShown()).toEqual(now);
  });
  await guest(`rm ${dropIn} && systemctl daemon-reload && systemctl restart certbot.timer`);
  call.stdin.end();
  const {stdout} = await call;
  const {relayed, pinged, faults} = JSON.parse(stdout.split('\n').at(-1) ?? '');
  expect(faults).toEqual([]);
  expect([relayed > 10, pinged > 10]).toEqual([true, true]);
});

test('a rehearsal that the authority refuses stops the order; one that passes is followed by it', async () => {
  await closePort80();
  const former = await readShown();
  const refused = await apply('--set', usual, '--set', 'acme.rehearse=true');
  expect(refused.exitCode, refused.all).toBe(1);
  expect(refused.all).toMatch(/The rehearsal of the order for meet\.example\.test failed, so nothing was ordered/);
  expect(refused.all).toMatch(/connection refused/);
  const orders = 'grep -c "Sending POST request to https://acme-v02.api.letsencrypt.org/order-plz"';
  const count = () => guest(`${orders} ${log} || true`);
  const ordered = await count();
  expect(await readShown()).toEqual(former);
  await resetRouter();
  const {exitCode, all} = await apply('--set', usual, '--set', 'acme.rehearse=true');
  expect(exitCode, all).toBe(0);
  expect(Number(await count())).toBe(Number(ordered) + 2);
  expect(await readShown()).toEqual(await readFiles());
});

test('a renewal that fails is a warning at once, and a failure 20 days before the end; each is reported once', async () => {
  const watched = '/var/lib/jitsi-onebox/watch.json';
  const watch = async (seconds = 0) => {
    const {stdout} = await ask('guest', later(seconds, 'doctor --watch'));
    return stdout.match(/^Renewal of the certificates: /gm)?.length ?? 0;
  };
  await watch();
  await closePort80();
  await wantsRenewal(100);
  expect((await renew()).exitCode).not.toBe(0);
  const early = await finding('certificate-renewal');
  expect(early).toMatchObject({state: 'warning', summary: expect.stringMatching(/^The renewal of the certificate of/)});
  expect(early?.evidence).toMatch(/connection: .*connection refused/);
  const end = 71 * 86_400;
  expect([await watch(), await watch(), await watch(end), await watch(end)]).toEqual([1, 0, 1, 0]);
  const late = await finding('certificate-renewal', await statusAfter(end));
  expect(late).toMatchObject({state: 'failed', summary: expect.stringMatching(/was not renewed\.$/)});
  await resetRouter();
  expect((await renew()).exitCode).toBe(0);
  expect(await finding('certificate-renewal')).toMatchObject({state: 'ok'});
  expect(await readShown()).toEqual(await readFiles());
  await guest(`rm -f ${watched}`);
});

test('a deploy hook that fails is named with its words, and apply runs it again', async () => {
  await guest('echo nonsense > /etc/nginx/conf.d/broken.conf');
  await renew();
  const proof = await status();
  expect(proof.codes('failed')).toEqual(expect.arrayContaining(['certificate-served', 'deploy-hook']));
  expect(await finding('deploy-hook', proof)).toMatchObject({
    state: 'failed',
    evidence: expect.stringMatching(/the hook for meet\.example\.test failed at .*broken\.conf/s),
  });
  await guest('rm /etc/nginx/conf.d/broken.conf');
  const {exitCode, all} = await apply();
  expect(exitCode, all).toBe(0);
  expect(await finding('deploy-hook')).toMatchObject({state: 'ok'});
  expect(await readShown()).toEqual(await readFiles());
});
