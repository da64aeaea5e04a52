import {guest} from './lab.ts';

export type FoundSecret = {readonly name: string; readonly value: string};

/** Returns every secret from its place: the passwords in .env, and the relay's in its configuration. */
export async function findSecrets(): Promise<readonly FoundSecret[]> {
  const env = await guest('cat /srv/jitsi/.env');
  const relay = await guest('cat /srv/jitsi/turn/turnserver.conf');
  return [...parse(env, /^([A-Z_]+)=(.+)$/gm), ...parse(relay, /^(static-auth-secret)=(.+)$/gm)];
}

function parse(text: string, pattern: RegExp): readonly FoundSecret[] {
  return [...text.matchAll(pattern)].map(([, name = '', value = '']) => ({name, value: value.replace(/^"|"$/g, '')}));
}

type Shown = {
  readonly argv: readonly string[];
  readonly environments?: readonly string[];
  readonly output: string;
};

/** Returns the places that show a secret and must not, each by name and without the secret. */
export async function leaksOf(
  secrets: readonly FoundSecret[],
  {argv, environments = [], output}: Shown,
): Promise<readonly string[]> {
  const values = [...new Set(secrets.map(({value}) => value))];
  const holds = (text: string) => values.some(value => text.includes(value));
  const plan = await guest('jitsi-onebox plan 2>&1; jitsi-onebox plan --json 2>&1; true');
  const journal = await guest('journalctl --no-pager --output=cat');
  // Files that a user without any rights can read, and everything that the program and the servers write.
  const search = 'grep -rlFs -f - --devices=skip --exclude-dir=proc --exclude-dir=sys';
  const found = await Promise.all([
    guest(`setpriv --reuid=65534 --regid=65534 --clear-groups ${search} / || true`, values.join('\n')),
    guest(`${search} /var/lib/jitsi-onebox /var/log || true`, values.join('\n')),
  ]);
  const readable = found
    .join('\n')
    .split('\n')
    .filter(path => path !== '');
  return [
    ...argv.filter(holds).map(() => 'an argv'),
    ...environments.filter(holds).map(line => `the environment of ${line.split(':')[0]}`),
    ...(holds(output) ? ['the output of apply'] : []),
    ...(holds(plan) ? ['the plan'] : []),
    ...(holds(journal) ? ["systemd's journal"] : []),
    ...readable,
  ];
}
