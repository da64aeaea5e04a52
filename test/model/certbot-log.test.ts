import {expect, test} from 'vitest';
import {
  findFailedRenewals,
  findRefusal,
  listConversations,
  listFailedProofs,
  parseCertbotLog,
} from '../../src/model/certbot-log.ts';

const at = (clock: string) => Date.parse(`2026-11-29T${clock}Z`);
const line = (clock: string, module: string, text: string) => `2026-11-29 ${clock},123:DEBUG:${module}:${text}\n`;
const start = (clock: string, ...args: readonly string[]) =>
  line(clock, 'certbot._internal.main', `Arguments: [${args.map(each => `'${each}'`).join(', ')}]`);
const notify = (clock: string, text: string) => line(clock, 'certbot._internal.display.obj', `Notifying user: ${text}`);
const processing = (clock: string, name: string) => notify(clock, `Processing /etc/letsencrypt/renewal/${name}.conf`);
const refused = (clock: string, name: string) =>
  notify(
    clock,
    `\nCertbot failed to authenticate some domains (authenticator: webroot). The Certificate Authority reported these problems:\n  Domain: ${name}\n  Type:   connection\n  Detail: connect: connection refused\n`,
  );
const failed = (clock: string, name: string) =>
  line(
    clock,
    'certbot._internal.renewal',
    `Failed to renew certificate ${name} with error: Some challenges have failed.`,
  );
const written = (clock: string, name: string) =>
  line(clock, 'certbot._internal.storage', `Writing certificate to /etc/letsencrypt/archive/${name}/cert2.pem.`);
const failure = (clock: string, name: string) => processing(clock, name) + refused(clock, name) + failed(clock, name);
const meet = 'meet.example.org';
const turn = 'turn.example.org';

test.each([
  ['no log', '', []],
  ['a failure', failure('16:00:00', meet), [meet]],
  ['a failure before a certificate', failure('16:00:00', meet) + written('17:00:00', meet), []],
  ['a failure after a certificate', written('16:00:00', meet) + failure('17:00:00', meet), [meet]],
  ['a failure before a certificate for another name', failure('16:00:00', meet) + written('17:00:00', turn), [meet]],
  ['two failures', failure('16:00:00', meet) + failure('16:00:01', turn), [meet, turn]],
  ['a rehearsal that failed', start('16:00:00', 'renew', '--dry-run') + failure('16:00:00', meet), []],
  [
    'a rehearsal after a failure',
    failure('16:00:00', meet) + start('17:00:00', '--dry-run') + written('17:00:00', meet),
    [meet],
  ],
  [
    'a renewal after a rehearsal',
    start('16:00:00', '--dry-run') + start('17:00:00', '-q') + failure('17:00:00', meet),
    [meet],
  ],
  ['half a record at the beginning', `Domain: x\n${failure('16:00:00', meet)}`, [meet]],
  [
    'a renewal file that is broken',
    line(
      '16:00:00',
      'certbot._internal.renewal',
      `Renewal configuration file /etc/letsencrypt/renewal/${meet}.conf is broken.\nThe error was: x`,
    ),
    [meet],
  ],
])('of %s, these renewals failed', (_what, log, names) => {
  expect([...findFailedRenewals(parseCertbotLog(log)).keys()]).toEqual(names);
});

test('a failed renewal has the words of certbot and of the authority for this name', () => {
  const log = parseCertbotLog(failure('16:00:00', turn) + failure('16:00:05', meet));
  expect(findFailedRenewals(log).get(meet)).toEqual({
    at: at('16:00:05'),
    said: `Some challenges have failed.\n${meet}: connection: connect: connection refused`,
  });
});

const posting = (clock: string, server: string) =>
  line(clock, 'acme.client', `Sending POST request to https://${server}/order:`);
const answer429 = (clock: string, header: string, detail: string) =>
  line(
    clock,
    'acme.client',
    `Received response:\nHTTP 429\n${header}\n\n{"type":"urn:ietf:params:acme:error:rateLimited","detail":"${detail}"}`,
  );

test.each([
  ['seconds', answer429('16:00:00', 'Retry-After: 3600', 'too many'), at('17:00:00')],
  ['a date', answer429('16:00:00', 'Retry-After: Sun, 29 Nov 2026 18:00:00 GMT', 'too many'), at('18:00:00')],
  [
    'words',
    answer429('16:00:00', 'Retry-After: 60', 'too many, retry after 2026-11-29 19:00:00 UTC: see'),
    at('19:00:00'),
  ],
  ['nothing', answer429('16:00:00', 'Server: nginx', 'too many'), undefined],
  [
    'seconds, and a certificate since then',
    answer429('16:00:00', 'Retry-After: 3600', '') + written('16:30:00', meet),
    undefined,
  ],
])('a refusal with %s ends then', (_what, log, until) => {
  expect(findRefusal(parseCertbotLog(log))?.until).toBe(until);
});

test('the words of one authority are not those of another one', () => {
  const log = parseCertbotLog(
    posting('16:00:00', 'staging.example') +
      refused('16:00:01', meet) +
      posting('16:01:00', 'acme.example') +
      refused('16:01:01', meet),
  );
  expect(listFailedProofs(log, meet)).toHaveLength(2);
  expect(listFailedProofs(listConversations(log, 'acme.example'), meet)).toEqual([at('16:01:01')]);
});
