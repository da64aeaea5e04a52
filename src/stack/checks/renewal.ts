import {type FailedRenewal, findFailedRenewals} from '../../model/certbot-log.ts';
import type {Check, CheckContext, Proof} from '../../model/check.ts';
import {alarmMargin, judgeOwnership, type Lineage} from '../../model/lineage.ts';
import {formatMoment} from '../../model/words.ts';
import {adviseOnAuthority} from '../../resources/authority-errors.ts';
import {readCertbotLog} from '../../resources/certbot-log.ts';
import {readLineage} from '../../resources/certificate.ts';
import {readDeployment} from '../../resources/deployment.ts';
import type {Blueprint} from '../blueprint.ts';
import {namesOf} from '../certificates.ts';
import {webroot} from '../names.ts';
import {check, ok} from './check.ts';

type Names = readonly string[];
type Kept = {readonly name: string; readonly lineage: Lineage};

/** Checks that certbot renews the certificates, and that each new one was brought into effect. */
export function renewalChecks(blueprint: Blueprint): readonly Check[] {
  const names = namesOf(blueprint);
  return [
    check('certificate-renewal', context => proveRenewal(names, context)),
    check('deploy-hook', context => proveDeployment(names, context)),
  ];
}

async function proveRenewal(names: Names, {host}: CheckContext): Promise<Proof> {
  const [lineages, records, service] = await Promise.all([
    Promise.all(names.map(name => readLineage(host, name))),
    readCertbotLog(host),
    readTimer(host),
  ]);
  const kept = names.flatMap((name, index): Kept[] => {
    const lineage = lineages[index];
    return lineage === undefined || lineage.isSelfSigned ? [] : [{name, lineage}];
  });
  if (kept.length === 0)
    return {state: 'ok', summary: 'No certificate of an authority is here yet that could be renewed.'};
  const failed = findFailedRenewals(records);
  const isOurs = ({name, lineage}: Kept) => judgeOwnership(lineage, {name, webroot, ours: names}).owner === 'us';
  const now = host.now();
  const late = kept.find(({lineage}) => lineage.ends - now < alarmMargin(lineage));
  if (late) return reportLate(late, {failure: failed.get(late.name), isOurs: isOurs(late)});
  const ours = kept.filter(isOurs);
  if (ours.length > 0 && !service.isTimed) throw new Error(`certbot.timer is ${service.timer}`);
  const stuck = ours.find(({name}) => failed.has(name));
  const failure = stuck && failed.get(stuck.name);
  if (failure) return reportFailure(stuck, failure);
  const next = ours.map(({name, lineage}) => `${name} ends ${formatMoment(lineage.ends)}`);
  return ok(
    'certbot renews the certificates automatically.',
    [...next, `certbot.timer is ${service.timer}`].join(', '),
  );
}

async function readTimer(host: CheckContext['host']): Promise<{readonly timer: string; readonly isTimed: boolean}> {
  const {stdout} = await host.query({argv: ['systemctl', 'is-active', 'certbot.timer']});
  const timer = stdout.trim() || 'unknown to systemd';
  return {timer, isTimed: timer === 'active'};
}

function reportFailure({name, lineage}: Kept, {at, said}: FailedRenewal): Proof {
  return {
    state: 'warning',
    summary: `The renewal of the certificate of ${name} failed on ${formatMoment(at)}. It is valid until ${formatMoment(lineage.ends)}.`,
    evidence: said,
    remedy: `${adviseOnAuthority(name, said)} certbot tries again twice a day; to try at once: systemctl start certbot.service.`,
  };
}

type Lateness = {readonly failure: FailedRenewal | undefined; readonly isOurs: boolean};

function reportLate({name, lineage}: Kept, {failure, isOurs}: Lateness): Proof {
  const advice = failure ? adviseOnAuthority(name, failure.said) : 'Look at /var/log/letsencrypt/letsencrypt.log.';
  return {
    state: 'failed',
    summary: `The certificate of ${name} ends on ${formatMoment(lineage.ends)}, and was not renewed.`,
    evidence: failure
      ? `on ${formatMoment(failure.at)}: ${failure.said}`
      : 'certbot has reported no failure of its renewal',
    remedy: isOurs
      ? `${advice} Then try at once: systemctl start certbot.service.`
      : 'It is your own: renew it. jitsi-onebox does not.',
  };
}

async function proveDeployment(names: Names, {host}: CheckContext): Promise<Proof> {
  const deployments = await Promise.all(names.map(name => readDeployment(host, name)));
  const failed = deployments.flatMap((each, index) =>
    each?.isDone === false
      ? [`the hook for ${names[index]} failed at ${each.at}: ${each.said || 'it printed nothing'}`]
      : [],
  );
  if (failed.length > 0) throw new Error(failed.join('\n'));
  const seen = names.map((name, index) => `${name}: ${deployments[index]?.at ?? 'not yet'}`);
  return ok('Every new certificate was brought into effect.', `last deployments: ${seen.join(', ')}`);
}
