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
  makeInput({
    settings:
      'domain: meet.example.org\ncontact: a@example.org\nturn: {enabled: false}\nsites: {shop.example.org: {root: /srv/shop}}\n',
  }),
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
  /** The same of another site. */
  readonly ofSite?: string;
  /** Whether the other site has a certificate. */
  readonly site?: true;
};

function find(code: string, {now = '2026-12-25', log = '', timer = 'active', ...files}: Machine) {
  const {certificate = ninetyDays, renewal = renewalText(blueprint.authority), deployment, ofSite, site} = files;
  const host = createMemoryHost({
    clock: Date.parse(now),
    files: {
      [`${live}/fullchain.pem`]: certificate,
      [`/etc/letsencrypt/renewal/${name}.conf`]: renewal,
      ...(deployment !== undefined && {[deploymentPath(name)]: deployment}),
      ...(site && {
        '/etc/letsencrypt/live/shop.example.org/fullchain.pem': certificate,
        '/etc/letsencrypt/renewal/shop.example.org.conf': renewal,
      }),
      ...(ofSite !== undefined && {[deploymentPath('shop.example.org')]: ofSite}),
    },
    commands: {tail: log, 'systemctl is-active certbot.timer': `${timer}\n`},
  });
  return renewalChecks(blueprint)
    .find(check => check.code === code)
    ?.run(openRound(host, new AbortController().signal).context);
}

test.each<[string, Machine, string, RegExp]>([
  ['nothing failed', {}, 'ok', /automatically/],
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
    /automatically/,
  ],
  ['a short-lived one is late', {certificate: pem('six-days'), now: '2026-11-25'}, 'failed', /was not renewed/],
  ['the timer is off', {timer: 'inactive'}, 'failed', /not renewed/],
  ['it is a stand-in', {certificate: pem('stand-in')}, 'ok', /No certificate of an authority/],
  [
    'it is the user’s, and the timer is off',
    {renewal: 'authenticator = dns-x\n', timer: 'inactive'},
    'ok',
    /automatically/,
  ],
])('%s', async (_what, machine, state, words) => {
  const {renewal = ''} = machine;
  const own = renewal === '' ? machine : {...machine, renewal: `[renewalparams]\n${renewal}`};
  expect(await find('certificate-renewal', own)).toMatchObject({state, summary: expect.stringMatching(words)});
});

test('the cause of a failed renewal is in the evidence, with advice', async () => {
  expect(await find('certificate-renewal', {log: failure})).toMatchObject({
    evidence: 'acme:error:caa :: forbidden',
    remedy: expect.stringMatching(/CAA records of meet\.example\.org\. .*systemctl start certbot\.service/),
  });
});

test('a certificate of the user’s that ends is the user’s to renew', async () => {
  const renewal = `[renewalparams]\nauthenticator = dns-x\nwebroot_path = ${webroot},\n`;
  const finding = await find('certificate-renewal', {renewal, now: '2027-01-11'});
  expect(finding).toMatchObject({state: 'failed', remedy: expect.stringContaining('It is your own')});
});

const good = '0 2026-11-20T08:00:00Z\n\n';
const bad = '1 2026-11-20T08:00:00Z\nnginx: [emerg] no\n';

test.each<[string, Machine, string, RegExp]>([
  ['before the first', {}, 'ok', /not yet/],
  ['after a good one', {deployment: good}, 'ok', /2026-11-20T08:00:00Z/],
  [
    'after a bad one',
    {deployment: bad},
    'failed',
    /meet\.example\.org failed at 2026-11-20T08:00:00Z: nginx: \[emerg\] no/,
  ],
  [
    'after a bad one of another site',
    {deployment: good, ofSite: bad},
    'failed',
    /^the hook for shop\.example\.org failed/,
  ],
  [
    'after two bad ones',
    {deployment: bad, ofSite: bad},
    'failed',
    /meet\.example\.org failed .*shop\.example\.org failed/s,
  ],
])('deployments: %s', async (_what, machine, state, words) => {
  expect(await find('deploy-hook', machine)).toMatchObject({state, evidence: expect.stringMatching(words)});
});

test('a renewal of another site that failed is named', async () => {
  const finding = await find('certificate-renewal', {log: failure.replaceAll(name, 'shop.example.org'), site: true});
  expect(finding).toMatchObject({state: 'warning', summary: expect.stringContaining('shop.example.org failed')});
});
