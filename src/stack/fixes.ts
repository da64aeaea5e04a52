import type {CheckCode} from '../model/catalogue.ts';
import type {CheckResult} from '../model/check.ts';
import {Problem} from '../model/problem.ts';

/** Why an apply does not put a finding right, for those that it never does. */
const leftToYou: Readonly<Partial<Record<CheckCode, string>>> = {
  'public-loopback': 'Only the router can change it.',
  'packet-filter': 'jitsi-onebox does not change rules of yours.',
  'packet-forwarding': 'jitsi-onebox does not change settings of yours.',
  'udp-buffers': 'The kernel belongs to another machine.',
  'site-names': 'The other site is yours.',
  'disk-space': 'jitsi-onebox removes nothing of yours.',
  'disk-inodes': 'jitsi-onebox removes nothing of yours.',
  'memory-free': 'Only you can add memory.',
  'memory-kills': 'It already happened, and only you can add memory.',
  'container-restarts': 'It has happened; the cause is in the log.',
  'service-restarts': 'It has happened; the cause is in the log.',
  'log-patterns': 'The message is only a hint at the cause.',
  advisories: 'New versions come with an update, which is a run of its own.',
  'meet-certificate-days': 'certbot renews the certificate; why it did not is in its log.',
  'turn-certificate-days': 'certbot renews the certificate; why it did not is in its log.',
};

/** Lists the findings of checks that are causes: not what was not tried because of another one, and not what was accepted. */
export function listFindings(results: readonly CheckResult[]): readonly CheckResult[] {
  return results.filter(
    ({state, isAccepted, cause}) => state !== 'ok' && state !== 'starting' && !isAccepted && cause === undefined,
  );
}

/** Explains the findings that an apply does not put right. With nothing to change, that is all of them. */
export function explainLeft(findings: readonly CheckResult[], hasChanges: boolean): readonly Problem[] {
  return findings.flatMap(({code, summary, evidence, remedy}) => {
    const reason =
      leftToYou[code] ??
      (hasChanges ? undefined : 'Everything is as the settings say, so an apply would change nothing.');
    if (reason === undefined) return [];
    return [
      new Problem({
        code: 'left-to-you',
        about: code,
        summary: `${code}: ${summary}`,
        why: `${reason}${evidence === undefined ? '' : ` Seen: ${evidence}`}`,
        remedy: remedy ?? `See jitsi-onebox explain ${code}.`,
      }),
    ];
  });
}
