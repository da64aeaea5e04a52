import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';

type Firewall = 'ufw' | 'firewalld';

export type FirewallPortOptions = {
  readonly firewall: Firewall;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
};

/** Where a firewall keeps a rule: firewalld has one set for now, and one for the next boot. */
type Scope = 'now' | 'for good';

const scopes: Readonly<Record<Firewall, readonly Scope[]>> = {ufw: ['for good'], firewalld: ['for good', 'now']};

/** A port that an active firewall lets in. Nothing is enabled, and no other rule is touched. */
export function firewallPort({firewall, port, protocol}: FirewallPortOptions): Resource<readonly Scope[]> {
  return portResource(firewall, `${port}/${protocol}`, scopes[firewall]);
}

/** A port as a snapshot has it. Its name is the firewall and the rule, `ufw 443/tcp`; its value the scopes that let it in. */
export function restorePort({name, was}: Snapshot): Resource<readonly Scope[]> {
  const [firewall, rule = ''] = name.split(' ') as [Firewall, string?];
  const wanted = scopes[firewall].filter(scope => was.type === 'value' && was.value.split(', ').includes(scope));
  return {...portResource(firewall, rule, wanted), id: `firewall:${name}`};
}

function portResource(firewall: Firewall, rule: string, wanted: readonly Scope[]): Resource<readonly Scope[]> {
  const [verb, change] = wanted.length > 0 ? (['open', 'create'] as const) : (['close', 'remove'] as const);
  const listWrong = (open: readonly Scope[]) =>
    scopes[firewall].filter(scope => open.includes(scope) !== wanted.includes(scope));
  return {
    id: `firewall:${rule}`,
    title: `${verb === 'open' ? 'Open' : 'Close'} ${rule} in ${firewall}`,
    place: 'host',
    kind: 'firewall-rule',
    needs: [],
    // Two at a time read and write the same rules, and one of them is lost.
    locks: ['firewall'],
    read: host => readScopes(host, firewall, rule),
    diff: open => (listWrong(open).length === 0 ? [] : [{change, summary: `${verb} ${rule} in ${firewall}`}]),
    record(_host, open) {
      const was = open.length === 0 ? absent : ({type: 'value', value: open.join(', ')} as const);
      return [{thing: 'port', name: `${firewall} ${rule}`, place: 'host', was}];
    },
    async apply({host}, open) {
      for (const scope of listWrong(open)) {
        const isOpened = wanted.includes(scope);
        await host.run({argv: firewall === 'ufw' ? ufw(rule, isOpened) : firewalld(rule, scope, isOpened)});
      }
    },
  };
}

function ufw(rule: string, isOpened: boolean): readonly [string, ...string[]] {
  return isOpened ? ['ufw', 'allow', rule, 'comment', 'jitsi-onebox'] : ['ufw', 'delete', 'allow', rule];
}

function firewalld(rule: string, scope: Scope, isOpened: boolean): readonly [string, ...string[]] {
  const permanent = scope === 'for good' ? ['--permanent'] : [];
  return ['firewall-cmd', '--quiet', ...permanent, `--${isOpened ? 'add' : 'remove'}-port=${rule}`];
}

async function readScopes(host: Host, firewall: Firewall, rule: string): Promise<readonly Scope[]> {
  if (firewall === 'ufw') {
    const {stdout} = await host.query({argv: ['ufw', 'status']});
    const isOpen = stdout.split('\n').some(line => line.startsWith(`${rule} `) && /\bALLOW\b/.test(line));
    return isOpen ? ['for good'] : [];
  }
  const query = `--query-port=${rule}`;
  const [now, forGood] = await Promise.all([
    host.query({argv: ['firewall-cmd', query]}),
    host.query({argv: ['firewall-cmd', '--permanent', query]}),
  ]);
  return scopes.firewalld.filter(scope => (scope === 'now' ? now : forGood).exitCode === 0);
}
