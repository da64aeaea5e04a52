import type {Resource} from '../model/resource.ts';

/** A kernel parameter with the value that it had. */
export function restoredSysctl(key: string, value: string, needs: readonly string[]): Resource<string | undefined> {
  return {
    id: `sysctl:${key}`,
    title: `Kernel parameter ${key}, as it was`,
    place: 'host',
    kind: 'sysctl',
    needs,
    locks: [],
    async read(host) {
      const {exitCode, stdout} = await host.query({argv: ['sysctl', '-n', key]});
      return exitCode === 0 ? stdout.trim() : undefined;
    },
    diff: now => (now === undefined || now === value ? [] : [{change: 'update', summary: `${key}: ${now} → ${value}`}]),
    async apply({host}) {
      await host.run({argv: ['sysctl', '-q', '-w', `${key}=${value}`]});
    },
  };
}

/** The routing rules of one number, as they were: `rule` is `-4 12300`, `was` what `ip -details rule show` printed. */
export function restoredRule(rule: string, was: string, needs: readonly string[]): Resource<readonly string[]> {
  const [family = '', preference = ''] = rule.split(' ');
  const wanted = readRules(was);
  return {
    id: `rule:${rule}`,
    title: `Routing rule ${preference}, as it was`,
    place: 'mmproxy',
    kind: 'policy-routing',
    needs,
    locks: [],
    async read(host) {
      const argv = ['ip', '-details', family, 'rule', 'show', 'pref', preference] as const;
      return readRules((await host.query({argv})).stdout);
    },
    diff: now =>
      now.join('\n') === wanted.join('\n')
        ? []
        : [{change: 'update', summary: `ip ${family} rule ${preference}: ${wanted.join('; ') || 'none'}`}],
    async apply({host}, now) {
      for (const _ of now) await host.run({argv: ['ip', family, 'rule', 'del', 'pref', preference]});
      for (const each of wanted)
        await host.run({argv: ['ip', family, 'rule', 'add', 'pref', preference, ...each.split(' ')]});
    },
  };
}

function readRules(text: string): readonly string[] {
  const rules = text.split('\n').map(line => line.replace(/^\d+:/, '').trim().replace(/\s+/g, ' '));
  return rules.filter(Boolean);
}
