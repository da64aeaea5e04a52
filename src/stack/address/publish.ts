import type {Host} from '../../model/host.ts';
import {limit} from '../../model/limit.ts';
import {CommandFailed, Problem} from '../../model/problem.ts';
import {Secret} from '../../model/secret.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {updateOverHttp} from '../../network/dynamic-dns.ts';
import {findSecretFault} from './faults.ts';

/** Milliseconds for the answer of a provider. */
const patience = 20_000;
/** Seconds for which others may keep an entry. */
const lifetime = 60;

/** Lists the names whose DNS entries follow the address; none without dynamic DNS. */
export function namesToFollow({'dynamic-dns': dns, domain, turn}: Settings): readonly string[] {
  if (dns.kind === 'off') return [];
  if (dns.names.length > 0) return dns.names;
  return turn.enabled ? [domain, turn.domain] : [domain];
}

/** Changes the DNS entries to an address; throws Problem dynamic-dns-failed. */
export async function publishAddress(host: Host, settings: Settings, address: string): Promise<void> {
  const fault = await findSecretFault(host, settings);
  if (fault) throw fault;
  for (const name of namesToFollow(settings)) {
    try {
      if (settings['dynamic-dns'].kind === 'http') await publishOverHttp(host, settings, {name, address});
      else await publishWithNsupdate(host, settings, {name, address});
    } catch (error) {
      throw publishFailed(name, address, error);
    }
  }
}

type Entry = {readonly name: string; readonly address: string};

async function publishOverHttp({files}: Host, {'dynamic-dns': dns}: Settings, entry: Entry): Promise<void> {
  const text = dns.secret === undefined ? undefined : await files.read(dns.secret);
  const secret = text === undefined ? undefined : new Secret(text.trim());
  const update = {...entry, template: dns.url ?? '', user: dns.user, secret};
  await limit(patience, new AbortController().signal, until => updateOverHttp(update, until));
}

/** nsupdate reads the key from its file, so that it is in no argument. */
async function publishWithNsupdate(host: Host, {'dynamic-dns': dns}: Settings, {name, address}: Entry): Promise<void> {
  const [server = '', port = '53'] = (dns.server ?? '').split(':');
  const lines = [
    `server ${server} ${port}`,
    `zone ${dns.zone}.`,
    `update delete ${name}. IN A`,
    `update add ${name}. ${lifetime} IN A ${address}`,
    'send',
  ];
  const argv = ['nsupdate', '-t', String(patience / 1000), '-k', dns.secret ?? ''] as const;
  await host.run({argv, input: `${lines.join('\n')}\n`});
}

function publishFailed(name: string, address: string, error: unknown): Problem {
  const words = error instanceof Error ? error.message : String(error);
  const reason = error instanceof CommandFailed ? error.tail.join('; ') : words;
  return new Problem({
    code: 'dynamic-dns-failed',
    summary: `The DNS entry of ${name} could not be changed to ${address}: ${reason}.`,
    remedy: 'Correct what is reported; the next look tries again. `jitsi-onebox address --now` tries at once.',
  });
}
