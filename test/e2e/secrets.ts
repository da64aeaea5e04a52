import {guest} from './lab.ts';

export type FoundSecret = {readonly name: string; readonly value: string};

/** Finds every secret where it has to be: the passwords in .env, and the relay's in its configuration. */
export async function findSecrets(): Promise<readonly FoundSecret[]> {
  const env = await guest('cat /srv/jitsi/.env');
  const relay = await guest('cat /srv/jitsi/turn/turnserver.conf');
  return [...parse(env, /^([A-Z_]+)=(.+)$/gm), ...parse(relay, /^(static-auth-secret)=(.+)$/gm)];
}

function parse(text: string, pattern: RegExp): readonly FoundSecret[] {
  return [...text.matchAll(pattern)].map(([, name = '', value = '']) => ({name, value: value.replace(/^"|"$/g, '')}));
}

type Shown = {readonly argv: readonly string[]; readonly output: string};

/** Where a secret shows that must not: each place by name, never with the secret itself. */
export async function leaksOf(secrets: readonly FoundSecret[], {argv, output}: Shown): Promise<readonly string[]> {
  const values = [...new Set(secrets.map(({value}) => value))];
  const holds = (text: string) => values.some(value => text.includes(value));
  const plan = await guest('jitsi-onebox plan 2>&1; jitsi-onebox plan --json 2>&1; true');
  const journal = await guest('journalctl --no-pager --output=cat');
  // Everything that others than root can read, and what the program and the servers write down, whoever can read that.
  const files = await guest(
    `umask 077; cat > /root/patterns
     { find / -xdev -type f -perm /o+r -size -4M -print0; find /var/lib/jitsi-onebox /var/log -type f -print0; } |
       xargs -0 grep -lF -f /root/patterns 2>/dev/null
     rm /root/patterns`,
    values.join('\n'),
  );
  const readable = files.split('\n').filter(path => path !== '');
  return [
    ...argv.filter(holds).map(() => 'an argv'),
    ...(holds(output) ? ['the output of apply'] : []),
    ...(holds(plan) ? ['the plan'] : []),
    ...(holds(journal) ? ["systemd's journal"] : []),
    ...readable,
  ];
}
