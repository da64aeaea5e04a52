import type {Host} from '../model/host.ts';
import type {Resource} from '../model/resource.ts';
import {absent, type Snapshot} from '../model/snapshot.ts';
import {findZone} from './firewalld-zones.ts';
import {findDecision} from './ufw-rules.ts';

type Firewall = 'ufw' | 'firewalld';

export type FirewallPortOptions = {
  readonly firewall: Firewall;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The interface on which participants' packets arrive. */
  readonly uplink?: string | undefined;
};

/** Where a firewall keeps a rule: firewalld has one set for now, and one for the next boot. */
type Scope = 'now' | 'for good';

const scopes: Readonly<Record<Firewall, readonly Scope[]>> = {ufw: ['for good'], firewalld: ['for good', 'now']};

/** The scopes in which a port is open. `zone` is that of firewalld; undefined means the default one. */
type PortState = {readonly open: readonly Scope[]; readonly zone?: string | undefined};

/** A port that an active firewall lets in. Nothing is enabled, and no other rule is touched. */
export function firewallPort({firewall, port, protocol, uplink}: FirewallPortOptions): Resource<PortState> {
  return portResource({firewall, rule: `${port}/${protocol}`, wanted: scopes[firewall], uplink});
}

/** A port as a snapshot has it. Its name is firewall, rule and zone, `firewalld 443/tcp home`; its value the scopes that let it in. */
export function restorePort({name, was}: Snapshot): Resource<PortState> {
  const [firewall, rule = '', zone] = name.split(' ') as [Firewall, string?, string?];
  const wanted = scopes[firewall].filter(scope => was.type === 'value' && was.value.split(', ').includes(scope));
  return {...portResource({firewall, rule, wanted, zone}), id: `firewall:${name}`};
}

type Wanted = {
  readonly firewall: Firewall;
  readonly rule: string;
  readonly wanted: readonly Scope[];
  readonly uplink?: string | undefined;
  readonly zone?: string | undefined;
};

function portResource(options: Wanted): Resource<PortState> {
  const {firewall, rule, wanted} = options;
  const [verb, change] = wanted.length > 0 ? (['open', 'create'] as const) : (['close', 'remove'] as const);
  const listWrong = ({open}: PortState) =>
    scopes[firewall].filter(scope => open.includes(scope) !== wanted.includes(scope));
  const describe = ({zone}: PortState) => `${verb} ${rule} in ${firewall}${zone === undefined ? '' : `, zone ${zone}`}`;
  return {
    id: `firewall:${rule}`,
    title: `${verb === 'open' ? 'Open' : 'Close'} ${rule} in ${firewall}`,
    place: 'host',
    kind: 'firewall-rule',
    needs: [],
    // Two at a time read and write the same rules, and one of them is lost.
    locks: ['firewall'],
    read: host => readPort(host, options),
    diff: state => (listWrong(state).length === 0 ? [] : [{change, summary: describe(state)}]),
    record(_host, {open, zone}) {
      const was = open.length === 0 ? absent : ({type: 'value', value: open.join(', ')} as const);
      return [
        {thing: 'port', name: [firewall, rule, ...(zone === undefined ? [] : [zone])].join(' '), place: 'host', was},
      ];
    },
    async apply({host}, state) {
      for (const scope of listWrong(state)) {
        const isOpened = wanted.includes(scope);
        if (firewall === 'ufw')
          await host.run({argv: isOpened ? await allowInUfw(host, options) : ['ufw', 'delete', 'allow', rule]});
        else await host.run({argv: firewalld(rule, scope, state.zone, isOpened)});
      }
    },
  };
}

/** The first rule counts, so ours is inserted before one that refuses the port; rules before that stay before ours. */
async function allowInUfw(host: Host, {rule, uplink}: Wanted): Promise<readonly [string, ...string[]]> {
  const {stdout} = await host.query({argv: ['ufw', 'status', 'numbered']});
  const before = findDecision(stdout, rule, uplink)?.number;
  const where = before === undefined ? [] : ['insert', String(before)];
  return ['ufw', ...where, 'allow', rule, 'comment', 'jitsi-onebox'];
}

function firewalld(
  rule: string,
  scope: Scope,
  zone: string | undefined,
  isOpened: boolean,
): readonly [string, ...string[]] {
  const permanent = scope === 'for good' ? ['--permanent'] : [];
  const where = zone === undefined ? [] : [`--zone=${zone}`];
  return ['firewall-cmd', '--quiet', ...permanent, ...where, `--${isOpened ? 'add' : 'remove'}-port=${rule}`];
}

async function readPort(host: Host, {firewall, rule, uplink, ...options}: Wanted): Promise<PortState> {
  if (firewall === 'ufw') {
    const {stdout} = await host.query({argv: ['ufw', 'status']});
    return {open: findDecision(stdout, rule, uplink)?.action === 'ALLOW' ? ['for good'] : []};
  }
  const zone = options.zone ?? (await readZone(host, uplink));
  const query = [...(zone === undefined ? [] : [`--zone=${zone}`]), `--query-port=${rule}`];
  const [now, forGood] = await Promise.all([
    host.query({argv: ['firewall-cmd', ...query]}),
    host.query({argv: ['firewall-cmd', '--permanent', ...query]}),
  ]);
  return {open: scopes.firewalld.filter(scope => (scope === 'now' ? now : forGood).exitCode === 0), zone};
}

async function readZone(host: Host, uplink: string | undefined): Promise<string | undefined> {
  if (uplink === undefined) return undefined;
  const {exitCode, stdout} = await host.query({argv: ['firewall-cmd', '--get-active-zones']});
  return exitCode === 0 ? findZone(stdout, uplink) : undefined;
}
