/** Runs a line in the guest's shell and gives its output; throws when it fails. */
export type Shell = (line: string) => Promise<string>;

/** Each finds something that runs which were cut short would leave behind. */
const searches = [
  "find / -xdev -name '.*.jitsi-onebox' -not -path '/proc/*'",
  'ls /usr/sbin/policy-rc.d 2>/dev/null || true',
  'ls /var/lib/dpkg/updates | grep . || true',
  'dpkg --audit',
  // A second certificate for the same name: the order was repeated.
  "find /etc/letsencrypt/archive -name 'cert*.pem' -not -name cert1.pem",
  'ls -d /etc/letsencrypt/live/*-0* 2>/dev/null || true',
  'find /var/lib/jitsi-onebox/runs -name reserve',
  'docker ps --all --filter status=created --filter status=exited --format {{.Names}}',
];

/** What is left behind, by its paths and names; empty when there is nothing. */
export async function findRemains(shell: Shell): Promise<string> {
  return (await Promise.all(searches.map(search => shell(search)))).join('\n').trim();
}
