import {expect, test} from 'vitest';
import {warnOfLimits} from '../../src/stack/index.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {pem} from '../resources/certbot.ts';

const name = 'meet.example.org';
const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';
const clock = Date.parse('2026-11-01T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(clock - minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
const post = (minutes: number, authority: string) =>
  `${minutesAgo(minutes)},1:DEBUG:acme.client:Sending POST request to ${authority.replace('directory', 'order')}:\n`;
const proof = (minutes: number) =>
  `${minutesAgo(minutes)},1:DEBUG:display.obj:Notifying user:\n  Domain: ${name}\n  Type:   dns\n  Detail: none\n`;
const refusal = (minutes: number) =>
  `${minutesAgo(minutes)},1:DEBUG:acme.client:Received response:\nHTTP 429\nRetry-After: 3600\n\n{"detail": "too many certificates"}\n`;

type Past = {readonly log?: string; readonly issued?: number; readonly authority?: string};

async function warn({log = '', issued = 0, authority = letsEncrypt}: Past, names: readonly string[] = [name]) {
  const certificates = Array.from({length: issued}, (_, index) => [
    `/etc/letsencrypt/archive/${name}/cert${index + 1}.pem`,
    pem('ninety-days'),
  ]);
  const host = createMemoryHost({
    files: Object.fromEntries(certificates),
    commands: {tail: post(300, authority) + log},
    clock,
  });
  return (await warnOfLimits(names, {authority}, host)).map(({code, summary}) => `${code}: ${summary}`);
}

const failures = (count: number) => Array.from({length: count}, (_, index) => proof(10 + index)).join('');

test.each<[string, Past]>([
  ['nothing happened', {}],
  ['the authority refused two hours ago', {log: refusal(120)}],
  ['four proofs failed', {log: failures(4)}],
  ['four certificates were issued', {issued: 4}],
  ['five proofs failed elsewhere', {log: failures(5), authority: 'https://acme.example.org/directory'}],
])('an order is not limited after %s', async (_what, past) => {
  expect(await warn(past)).toEqual([]);
});

test.each<[string, Past, string]>([
  ['a refusal', {log: refusal(20)}, `2026-11-01 12:40 UTC: it has answered: too many certificates.`],
  [
    'a refusal of another authority',
    {log: refusal(20), authority: 'https://acme.example.org/directory'},
    '2026-11-01 12:40 UTC: it has answered: too many certificates.',
  ],
  ['five failed proofs', {log: failures(5)}, '2026-11-01 12:46 UTC: it could not prove the name 5 times in an hour.'],
  ['five certificates', {issued: 5}, '2026-11-08 00:00 UTC: it has issued 5 certificates for it in a week.'],
])('an order after %s is known to be refused until then', async (_what, past, end) => {
  expect(await warn(past)).toEqual([`order-limited: The authority takes no order for ${name} before ${end}`]);
});

test('without an order nothing is read', async () => {
  expect(await warn({log: refusal(20)}, [])).toEqual([]);
});
