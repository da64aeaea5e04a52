import {afterAll, beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {apply, ask, guest, idOf} from './lab.ts';
import {type Received, type Receiver, receiver, startReceiver} from './messages.ts';
import {leaksOf} from './secrets.ts';

const {address, name, user, password, token} = receiver;
const ways = {
  'watch.mode': 'on',
  'notify.mail.to': '[admin@example.test]',
  'notify.smtp.host': name,
  'notify.smtp.user': user,
  'notify.smtp.password': '/root/smtp-password',
  'notify.hook.url': `https://${name}/hook`,
  'notify.hook.header': '/root/hook-header',
};
const flags = Object.entries(ways).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
const writeSecret = (path: string, text: string, mode = 600) =>
  guest(`umask 077; cat > ${path}; chmod ${mode} ${path}`, text);

let receiving: Receiver;
beforeAll(async () => {
  await requireInstalled();
  // The name of a certificate that the guest trusts.
  await guest(`echo '${address} ${name}' >> /etc/hosts`);
  receiving = await startReceiver();
});
afterAll(async () => {
  await receiving.stop();
  await guest(`sed -i '/${name}/d' /etc/hosts; rm -f ${ways['notify.smtp.password']} ${ways['notify.hook.header']}`);
});

const unit = 'jitsi-onebox-watch';
/** Starts a round as the timer does; returns what it sent, and whether all of it arrived. */
async function watch(): Promise<{readonly received: readonly Received[]; readonly isDone: boolean}> {
  const {exitCode} = await ask('guest', ['systemctl', 'start', unit]);
  return {received: receiving.take(), isDone: exitCode === 0};
}
const silence = {received: [], isDone: true};
const journal = (lines: number) => guest(`journalctl --unit ${unit} --output cat --no-pager --lines ${lines}`);

test('a secret that others may read stops the plan', async () => {
  await writeSecret('/root/smtp-password', password, 644);
  await writeSecret('/root/hook-header', `X-Token: ${token}\n`);
  const {exitCode, all} = await apply(...flags);
  expect(exitCode).toBe(1);
  expect(all).toContain('/root/smtp-password (notify.smtp.password) can be read by others than root: its mode is 644.');
});

test('a test message goes every way, and a refusal is shown in the words of the server', async () => {
  await writeSecret('/root/smtp-password', 'another word');
  const {exitCode, all} = await apply(...flags);
  expect(exitCode, all).toBe(0);
  const refused = await ask('guest', ['jitsi-onebox', 'notify', 'test']);
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain('535 5.7.8 Authentication credentials invalid');
  expect(refused.stdout).toContain(`web hook to ${name}: sent (the server answered 204).`);
  expect(receiving.take().map(({way}) => way)).toEqual(['web hook']);
  await writeSecret('/root/smtp-password', password);
  const sent = await ask('guest', ['jitsi-onebox', 'notify', 'test']);
  expect(sent.exitCode, sent.all).toBe(0);
  const [mail, hook] = receiving.take();
  expect(mail?.data).toContain('Subject: meet.example.test: Test message');
  expect(hook?.subject).toBe('meet.example.test: Test message');
});

test('a broken container is one message by each way, its recovery is one, and everything else is none', {
  timeout: 180_000,
}, async () => {
  expect(await watch()).toEqual(silence);
  await receiving.stop();
  await guest(`docker stop ${idOf('web')}`);
  expect(await watch(), 'nobody receives').toEqual({received: [], isDone: false});
  expect(await journal(20)).toMatch(/Web container: failed.*\n.*What to do: .*mail to .*: not sent: .*ECONNREFUSED/s);

  receiving = await startReceiver();
  const {received, isDone} = await watch();
  expect(received.map(({way}) => way)).toEqual(['mail', 'web hook']);
  expect(isDone).toBe(true);
  expect(received[1]?.subject).toBe('meet.example.test: Web container: failed');
  for (const {text, data = text} of received) expect(data).toMatch(/What to do: Look at `docker logs/);
  expect(received[1]?.text).toContain('Not working because of it: ');
  expect([await watch(), await watch()]).toEqual([silence, silence]);

  // It is starting when the round begins: the round waits for it.
  await guest(`docker start ${idOf('web')}`);
  const recovery = await watch();
  expect(recovery.received.map(({way}) => way)).toEqual(['mail', 'web hook']);
  expect(recovery.received[1]?.subject).toBe('meet.example.test: Web container: resolved');
});

test('a round costs little', async () => {
  const readBytes = async () => Number(await guest('awk \'/h0:/ {sub(/.*:/, ""); print $1 + $9}\' /proc/net/dev'));
  const before = await readBytes();
  expect(await watch()).toEqual(silence);
  const bytes = (await readBytes()) - before;
  const cpu = Number(await guest(`systemctl show --value --property=CPUUsageNSec ${unit}`)) / 1e9;
  console.log(`A round takes ${cpu.toFixed(2)} s of a processor and ${(bytes / 1000).toFixed(0)} kB on the network.`);
  expect(cpu).toBeLessThan(10);
  expect(bytes).toBeLessThan(1_000_000);
});

test('no secret leaves its file, and an undo removes the timer', async () => {
  const secrets = [
    {name: 'password', value: password},
    {name: 'token', value: token},
  ];
  expect(await leaksOf(secrets, {argv: [], output: await journal(200)})).toEqual([]);
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain']);
  expect(exitCode, all).toBe(0);
  expect(await guest(`systemctl list-unit-files '${unit}*' --no-legend || true`)).toBe('');
});
