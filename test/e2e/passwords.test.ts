import {beforeAll, expect, test} from 'vitest';
import {requireInstalled} from './hosts.ts';
import {ask, guest} from './lab.ts';
import {allocate, allocated} from './participants.ts';
import {status} from './proof.ts';
import {sampleArgv} from './sample-argv.ts';
import {type FoundSecret, findSecrets, leaksOf} from './secrets.ts';
import {undo} from './undone.ts';

let [former, renewed]: (readonly FoundSecret[])[] = [];

beforeAll(requireInstalled);

const secretOf = (secrets: readonly FoundSecret[] = [], wanted: string) =>
  secrets.find(({name}) => name === wanted)?.value ?? '';

/** Logs in to Prosody as Jicofo does, and returns its answer. The password stays out of every argv. */
async function logIn(secrets: readonly FoundSecret[] | undefined): Promise<string> {
  const address = `$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(docker ps -q -f label=com.docker.compose.service=prosody)")`;
  const stream = `<?xml version='1.0'?><stream:stream to='auth.meet.jitsi' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  const credentials = Buffer.from(`\0focus\0${secretOf(secrets, 'JICOFO_AUTH_PASSWORD')}`).toString('base64');
  const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${credentials}</auth>`;
  const client = 'timeout 10 openssl s_client -quiet -starttls xmpp -xmpphost auth.meet.jitsi';
  const line = `(cat; sleep 2) | ${client} -connect ${address}:5222 2>/dev/null | grep -oE '<success|<not-authorized' || true`;
  return (await guest(line, `${stream}${auth}`)).trim();
}

test('passwords renew replaces all of them in one run that ends with the call, and shows none', async () => {
  former = await findSecrets();
  expect(await logIn(former)).toBe('<success');
  const sample = await sampleArgv();
  const {exitCode, all} = await ask('guest', ['jitsi-onebox', 'passwords', 'renew', '--yes', '--plain']);
  await sample.stop();
  expect(exitCode, all).toBe(0);
  expect(all).toContain('Account focus@auth.meet.jitsi');
  renewed = await findSecrets();
  expect(renewed.map(({name}) => name)).toEqual(former.map(({name}) => name));
  for (const {name, value} of former) expect([name, value === secretOf(renewed, name)]).toEqual([name, false]);
  const argv = sample.seen();
  expect(await leaksOf([...former, ...renewed], {argv, environments: sample.environments(), output: all})).toEqual([]);
});

test('every check is green, and nothing is left to do', async () => {
  const {exitCode, codes} = await status();
  expect([exitCode, codes('failed', 'unknown')]).toEqual([0, []]);
  expect((await ask('guest', ['jitsi-onebox', 'plan'])).exitCode).toBe(0);
});

test('the former passwords are no longer valid', async () => {
  expect([await logIn(former), await logIn(renewed)]).toEqual(['<not-authorized', '<success']);
  expect(await allocate(secretOf(former, 'TURN_CREDENTIALS'))).not.toMatch(allocated);
  expect(await allocate(secretOf(renewed, 'TURN_CREDENTIALS'))).toMatch(allocated);
});

// Another 20 seconds.
test.runIf(process.env.TEST_ALL === '1')('undo brings the former ones back', async () => {
  const {exitCode, all} = await undo();
  expect(exitCode, all).toBe(0);
  expect(await findSecrets()).toEqual(former);
  expect(await logIn(former)).toBe('<success');
  const {exitCode: proven, codes} = await status();
  expect([proven, codes('failed', 'unknown')]).toEqual([0, []]);
});
