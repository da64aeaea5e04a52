import {describe, expect, test} from 'vitest';
import {parseIpsets} from '../../../src/model/packet-filter/ipset.ts';
import {parseIptables} from '../../../src/model/packet-filter/iptables.ts';
import {type Probe, simulate} from '../../../src/model/packet-filter/simulate.ts';

const https: Probe = {protocol: 'tcp', port: 443, interface: 'eth0', address: '192.168.1.20'};
const media: Probe = {...https, protocol: 'udp', port: 10_000, container: '172.28.0.5'};

/** Makes what iptables-save prints of the table `filter`. */
const save = (rules: readonly string[], policy = 'ACCEPT', table = 'filter') => {
  const chains = [...new Set(rules.flatMap(rule => /^-A (\S+)/.exec(rule)?.[1] ?? []))];
  const own = chains.filter(name => !/^(INPUT|FORWARD|PREROUTING)$/.test(name)).map(name => `:${name} - [0:0]`);
  const base = ['INPUT', 'FORWARD', 'PREROUTING'].map(name => `:${name} ${name === 'INPUT' ? policy : 'ACCEPT'} [0:0]`);
  return [`*${table}`, ...base, ...own, ...rules, 'COMMIT'].join('\n');
};

function send(text: string, probe: Probe = https): string {
  const reach = simulate({chains: parseIptables(text, 'iptables-nft')}, probe);
  return reach.result === 'open' ? 'open' : `${reach.result} ${reach.cause.rule?.text ?? reach.cause.chain.name}`;
}

describe('a packet for 443/tcp', () => {
  test.each([
    ['no rules', [], 'open'],
    ['-i of this interface', ['-A INPUT -i eth0 -j DROP'], 'blocked -A INPUT -i eth0 -j DROP'],
    ['-i of another', ['-A INPUT -i wg0 -j DROP'], 'open'],
    ['-i with a wildcard', ['-A INPUT -i eth+ -j DROP'], 'blocked -A INPUT -i eth+ -j DROP'],
    ['not this interface', ['-A INPUT ! -i eth0 -j DROP'], 'open'],
    [
      'an established connection',
      ['-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-A INPUT -j DROP'],
      'blocked -A INPUT -j DROP',
    ],
    ['a new one', ['-A INPUT -m conntrack --ctstate NEW -j ACCEPT', '-A INPUT -j DROP'], 'open'],
    [
      'one network',
      [
        '-A INPUT -s 192.168.1.0/24 -p tcp --dport 443 -j ACCEPT',
        '-A INPUT -j REJECT --reject-with icmp-port-unreachable',
      ],
      'blocked -A INPUT -j REJECT --reject-with icmp-port-unreachable',
    ],
    ['a range of addresses', ['-A INPUT -m iprange --src-range 192.168.1.1-192.168.1.9 -j DROP'], 'open'],
    ['several ports', ['-A INPUT -p tcp -m multiport --dports 80,443,1000:2000 -j ACCEPT', '-A INPUT -j DROP'], 'open'],
    [
      'ports that are not meant',
      ['-A INPUT -p tcp -m multiport ! --dports 22,80 -j DROP'],
      'blocked -A INPUT -p tcp -m multiport ! --dports 22,80 -j DROP',
    ],
    ['another protocol', ['-A INPUT -p udp -j DROP', '-A INPUT -p icmp -j DROP'], 'open'],
    [
      'log and drop in another chain',
      ['-A INPUT -j REFUSE', '-A REFUSE -j LOG --log-prefix "no -j ACCEPT "', '-A REFUSE -j DROP'],
      'blocked -A REFUSE -j DROP',
    ],
    [
      'a return',
      ['-A INPUT -j OWN', '-A INPUT -j DROP', '-A OWN -p tcp --dport 443 -j RETURN', '-A OWN -j ACCEPT'],
      'blocked -A INPUT -j DROP',
    ],
    ['goto', ['-A INPUT -g OWN', '-A INPUT -j DROP', '-A OWN -p udp -j DROP'], 'open'],
    [
      'a comment that says DROP',
      ['-A INPUT -p tcp -m comment --comment "-j DROP" -j ACCEPT', '-A INPUT -j DROP'],
      'open',
    ],
    [
      'a list of recent addresses',
      ['-A INPUT -m recent --update --seconds 30 --hitcount 6 --name DEFAULT -j DROP', '-A INPUT -j ACCEPT'],
      'open',
    ],
    ['a limit', ['-A INPUT -m limit --limit 3/min -j ACCEPT', '-A INPUT -j DROP'], 'open'],
    [
      'a first packet without SYN',
      [
        '-A INPUT -p tcp ! --syn -j DROP',
        '-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT',
        '-A INPUT -j DROP',
      ],
      'open',
    ],
    [
      'a set that is not known',
      ['-A INPUT -m set --match-set bad src -j DROP'],
      'unclear -A INPUT -m set --match-set bad src -j DROP',
    ],
    ['a set that only logs', ['-A INPUT -m set --match-set bad src -j LOG'], 'open'],
    ['half of the internet', ['-A INPUT -s 0.0.0.0/2 -j DROP'], 'partly -A INPUT -s 0.0.0.0/2 -j DROP'],
    ['a chain that is missing', ['-A INPUT -j NOWHERE'], 'unclear -A INPUT -j NOWHERE'],
    ['a loop', ['-A INPUT -j ONE', '-A ONE -j TWO', '-A TWO -j ONE'], 'unclear ONE'],
  ])('%s', (_what, rules, expected) => expect(send(save(rules))).toBe(expected));

  test('meets the policy', () => {
    expect(send(save(['-A INPUT -p tcp --dport 22 -j ACCEPT'], 'DROP'))).toBe('blocked INPUT');
  });

  test('is sent elsewhere by a redirection', () => {
    const text = save(['-A PREROUTING -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 8443'], 'ACCEPT', 'nat');
    expect(send(text)).toContain('diverted -A PREROUTING');
  });

  test('names the rule of the base chain on its way', () => {
    const text = save(['-A INPUT -i eth0 -j REFUSE', '-A REFUSE -j DROP']);
    const reach = simulate({chains: parseIptables(text, 'iptables-nft')}, https);
    expect(reach).toMatchObject({cause: {rule: {number: 1}, through: {text: '-A INPUT -i eth0 -j REFUSE', number: 1}}});
  });
});

describe('a rule with a set of ipset', () => {
  const saved = [
    'create bad hash:net family inet hashsize 1024 maxelem 65536',
    'add bad 198.18.7.0/24 timeout 300',
    'create half hash:net family inet hashsize 1024 maxelem 65536',
    'add half 0.0.0.0/2',
    'create pairs hash:ip,port family inet hashsize 1024 maxelem 65536',
    'create six hash:net family inet6 hashsize 1024 maxelem 65536',
    'create holes hash:net family inet hashsize 1024 maxelem 65536',
    'add holes 0.0.0.0/1',
    'add holes 91.0.0.0/8 nomatch',
    'create many hash:ip family inet hashsize 1024 maxelem 65536',
    ...Array.from({length: 3000}, (_, index) => `add many 198.18.${index >> 8}.${index & 255}`),
  ].join('\n');

  test.each([
    ['without the participants', '-m set --match-set bad src', 'open'],
    ['with half of them', '-m set --match-set half src', 'partly'],
    ['that they are not in', '-m set ! --match-set bad src', 'blocked'],
    ['of thousands', '-m set --match-set many src', 'open'],
    ['of thousands, for this host', '-m set --match-set many dst', 'unclear'],
    ['of pairs', '-m set --match-set pairs src', 'unclear'],
    ['with holes', '-m set --match-set holes src', 'unclear'],
    ['that is missing', '-m set --match-set other src', 'unclear'],
    ['of another kind of address', '-m set --match-set six src', 'unclear'],
  ])('%s', (_what, match, expected) => {
    const text = save([`-A INPUT ${match} -j DROP`]);
    expect(simulate({chains: parseIptables(text, 'iptables-nft', parseIpsets(saved))}, https).result).toBe(expected);
  });
});

describe('a packet for a port that Docker forwards', () => {
  test.each([
    ['does not meet INPUT', ['-A INPUT -j DROP'], 'open'],
    ['comes before the rules that Docker finds', ['-A FORWARD -j DROP'], 'open'],
    [
      "meets the user's chain first",
      [
        '-A FORWARD -j DOCKER-USER',
        '-A FORWARD -j DOCKER-FORWARD',
        '-A FORWARD -j DROP',
        '-A DOCKER-USER -i eth0 -j DROP',
      ],
      'blocked -A DOCKER-USER -i eth0 -j DROP',
    ],
    [
      "is accepted by Docker's",
      [
        '-A FORWARD -j DOCKER-USER',
        '-A FORWARD -j DOCKER-FORWARD',
        '-A FORWARD -j DROP',
        '-A DOCKER-USER -j RETURN',
        '-A DOCKER-FORWARD -j DOCKER',
      ],
      'open',
    ],
    [
      'is known by its first port',
      [
        '-A FORWARD -j DOCKER-USER',
        '-A FORWARD -j DOCKER',
        '-A DOCKER-USER -p udp -m conntrack --ctorigdstport 10000 -j ACCEPT',
        '-A DOCKER-USER -i eth0 -j DROP',
      ],
      'open',
    ],
  ])('%s', (_what, rules, expected) => expect(send(save(rules), media)).toBe(expected));
});
