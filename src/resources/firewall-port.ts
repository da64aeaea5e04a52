import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';

export type FirewallPortOptions = {
  readonly firewall: 'ufw' | 'firewalld';
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
};

/** A port that an active firewall lets in. Nothing is enabled, and no other rule is touched. */
export function firewallPort({firewall, port, protocol}: FirewallPortOptions): Resource<boolean> {
  const rule = `${port}/${protocol}`;
  return {
    id: `firewall:${rule}`,
    title: `Open ${rule} in ${firewall}`,
    place: 'host',
    kind: 'firewall-rule',
    needs: [],
    // Two at a time read and write the same rules, and one of them is lost.
    locks: ['firewall'],
    read: host => (firewall === 'ufw' ? isOpenInUfw(host, rule) : isOpenInFirewalld(host, rule)),
    diff: isOpen => (isOpen ? [] : [{change: 'create', summary: `open ${rule} in ${firewall}`}]),
    async apply({host}) {
      const commands =
        firewall === 'ufw'
          ? [['ufw', 'allow', rule, 'comment', 'jitsi-onebox']]
          : [
              ['firewall-cmd', '--quiet', '--permanent', `--add-port=${rule}`],
              ['firewall-cmd', '--quiet', `--add-port=${rule}`],
            ];
      for (const argv of commands) await host.run({argv: argv as [string, ...string[]]});
    },
  };
}

/** A port that was closed until we opened it. */
export function closedPort({firewall, port, protocol}: FirewallPortOptions): Resource<boolean> {
  const rule = `${port}/${protocol}`;
  return {
    ...firewallPort({firewall, port, protocol}),
    title: `Close ${rule} in ${firewall}`,
    diff: isOpen => (isOpen ? [{change: 'remove', summary: `close ${rule} in ${firewall}`}] : []),
    async apply({host}) {
      const commands =
        firewall === 'ufw'
          ? [['ufw', 'delete', 'allow', rule]]
          : [
              ['firewall-cmd', '--quiet', '--permanent', `--remove-port=${rule}`],
              ['firewall-cmd', '--quiet', `--remove-port=${rule}`],
            ];
      for (const argv of commands) await host.run({argv: argv as [string, ...string[]]});
    },
  };
}

async function isOpenInUfw(host: Host, rule: string): Promise<boolean> {
  const {stdout} = await host.query({argv: ['ufw', 'status']});
  return stdout.split('\n').some(line => line.startsWith(`${rule} `) && /\bALLOW\b/.test(line));
}

async function isOpenInFirewalld(host: Host, rule: string): Promise<boolean> {
  const answers = await Promise.all([
    host.query({argv: ['firewall-cmd', `--query-port=${rule}`]}),
    host.query({argv: ['firewall-cmd', '--permanent', `--query-port=${rule}`]}),
  ]);
  return answers.every(({exitCode}) => exitCode === 0);
}
