import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {deploymentPath} from '../../../src/resources/deployment.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {renewalChecks} from '../../../src/stack/checks/renewal.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {ninetyDays, pem, renewalText, webroot} from '../../resources/certbot.ts';
import {makeInput} from '../input.ts';

// The certificate is of 2026-11-01 and ends on 2027-01-30.
const {blueprint} = drawBlueprint(
  makeInput({settings: 'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\n'}),
);
const name = blueprint.domain;
const live = `/etc/letsencrypt/live/${name}`;
const failure = `2026-12-20 08:00:00,1:ERROR:certbot._internal.renewal:Failed to renew certificate ${name} with error: acme:error:caa :: forbidden\n`;

type Machine = {
  readonly now?: string;
  readonly log?: string;
  readonly timer?: string;
  readonly certificate?: string;
  readonly renewal?: string;
  readonly deployment?: string;
};

function find(code: string, {now = '2026-12-25', log = '', timer = 'active', ...files}: Machine) {
  const {certificate = ninetyDays, renewal = renewalText(blueprint.authority), deployment} = files;
  const host = createMemoryHost({
    clock: Date.parse(now),
    files: {
      [`${live}/fullchain.pem`]: certificate,
      [`/etc/letsencrypt/renewal/${name}.conf`]: renewal,
      ...(deployment !== undefined && {[deploymentPath(name)]: deployment}),
    },
    commands: {tail: log, 'systemctl is-active certbot.timer': `${timer}\n`},
  });
  return renewalChecks(blueprint)
    .find(check => check.code === code)
    ?.run(openRound(host, new AbortController().signal).context);
}

test.each<[string, Machine, string, RegExp]>([
  ['nothing failed', {}, 'ok', /by itself/],
  ['a renewal failed', {log: failure}, 'warning', /failed on 2026-12-20 08:00 UTC. It is valid until 2027-01-30/],
  ['a renewal failed, 21 days before the end', {log: failure, now: '2027-01-09'}, 'warning', /failed on/],
  [
    'a renewal failed, 19 days before the end',
    {log: failure, now: '2027-01-11'},
    'failed',
    /ends on 2027-01-30 00:00 UTC/,
  ],
  ['nobody renewed, 19 days before the end', {now: '2027-01-11'}, 'failed', /was not renewed/],
  [
    'a short-lived one has the time that it needs',
    {certificate: pem('six-days'), now: '2026-11-23'},
    'ok',
    /by itself/,
  ],
  ['a short-lived one is late', {certificate: pem('six-days'), now: '2026-11-25'}, 'failed', /was not renewed/],
  ['the timer is off', {timer: 'inactive'}, 'failed', /not renewed/],
  ['it is a stand-in', {certificate: pem('stand-in')}, 'ok', /No certificate of an authority/],
  [
    'it is the user’s, and the timer is off',
    {renewal: 'authenticator = dns-x\n', timer: 'inactive'},
    'ok',
    /by itself/,
  ],
])('%s', async (_what, machine, state, words) => {
  const {renewal = ''} = machine;
  const own = renewal === '' ? machine : {...machine, renewal: `[renewalparams]\n${renewal}`};
  expect(await find('certificate-renewal', own)).toMatchObject({state, summary: expect.stringMatching(words)});
});

test('the cause of a failed renewal is in the evidence, with advice', async () => {
  expect(await find('certificate-renewal', {log: failure})).toMatchObject({
    evidence: 'acme:error:caa :: forbidden',
    remedy: expect.stringMatching(/CAA records of meet\.example\.org .*systemctl start certbot\.service/),
  });
});

test('a certificate of the user’s that ends is the user’s to renew', async () => {
  const renewal = `[renewalparams]\nauthenticator = dns-x\nwebroot_path = ${webroot},\n`;
  const finding = await find('certificate-renewal', {renewal, now: '2027-01-11'});
  expect(finding).toMatchObject({state: 'failed', remedy: expect.stringContaining('It is your own')});
});

test.each([
  ['before the first', undefined, 'ok', /not yet/],
  ['after a good one', '0 2026-11-20T08:00:00Z\n\n', 'ok', /2026-11-20T08:00:00Z/],
  [
    'after a bad one',
    '1 2026-11-20T08:00:00Z\nnginx: [emerg] no\n',
    'failed',
    /failed at 2026-11-20T08:00:00Z: nginx: \[emerg\] no/,
  ],
])('deployments: %s', async (_what, deployment, state, words) => {
  const finding = await find('deploy-hook', deployment === undefined ? {} : {deployment});
  expect(finding).toMatchObject({state, evidence: expect.stringMatching(words)});
});
