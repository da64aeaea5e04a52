import {type Fact, type FactValues, known, unknown} from '../model/facts.ts';
import {resolveAddress} from './dns.ts';
import type {SocketAddress} from './stun-message.ts';
import {type Binding, openStunSocket, type StunSocket} from './stun-socket.ts';

type Translation = FactValues['translation'];
type Answered = {readonly server: SocketAddress; readonly name: string} & Binding;

/** Resolves STUN servers (`host:port`), each once; those without an address are left out. */
export async function resolveServers(
  servers: readonly string[],
  signal: AbortSignal,
): Promise<readonly {readonly name: string; readonly server: SocketAddress}[]> {
  const resolved = servers.map(async each => {
    const [name = '', port = '3478'] = each.split(':');
    return {name, server: {address: await resolveAddress(name, signal), port: Number(port)}};
  });
  return (await Promise.allSettled(resolved)).flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
}

/** Finds how the NAT between this host and the internet chooses ports, and whom it lets in (RFC 5780, and RFC 4787 for the words). */
export async function findTranslation(
  servers: readonly string[],
  localAddress: string | undefined,
  signal: AbortSignal,
): Promise<Fact<Translation>> {
  const resolved = await resolveServers(servers, signal);
  const socket = await openStunSocket();
  try {
    const asked = resolved.map(async each => ({...each, binding: await socket.ask(each.server)}));
    const answers = (await Promise.all(asked)).flatMap(({binding, ...each}) =>
      binding ? [{...each, ...binding}] : [],
    );
    const [first] = answers;
    if (!first) return unknown('STUN', 'no server answers');
    const able = answers.find(hasOtherAddress);
    if (localAddress === first.mapped.address && socket.port === first.mapped.port)
      return known(
        {mapping: 'none', filtering: able ? await findFiltering(able.server) : null},
        `STUN at ${first.name}`,
      );
    const [mapping, filtering] = await Promise.all([
      able ? findMapping(socket, able) : compareMappings(answers),
      able ? findFiltering(able.server) : null,
    ]);
    return mapping === undefined
      ? unknown(`STUN at ${first.name}`, 'two servers have to answer')
      : known({mapping, filtering}, able ? `RFC 5780 at ${able.name}` : `STUN at ${nameServers(answers)}`);
  } finally {
    socket.close();
  }
}

/** Returns whether a server can answer from another address: some name their own one, with another port. */
export function hasOtherAddress({server, other}: {server: SocketAddress; other: SocketAddress | undefined}): boolean {
  return other !== undefined && other.address !== server.address;
}

/** Compares the ports that servers at different addresses see. */
function compareMappings(answers: readonly Answered[]): Translation['mapping'] | undefined {
  const [first] = answers;
  const another = answers.find(({server}) => server.address !== first?.server.address);
  if (!first || !another) return undefined;
  return first.mapped.port === another.mapped.port ? 'endpoint-independent' : 'address-dependent';
}

/** Asks the other address of one server too, at the same port and at another one. */
async function findMapping(socket: StunSocket, {server, mapped, other}: Answered): Promise<Translation['mapping']> {
  const address = other?.address ?? server.address;
  const [same, different] = await Promise.all([
    socket.ask({address, port: server.port}),
    socket.ask({address, port: other?.port ?? server.port}),
  ]);
  const isKept = (binding: Binding | undefined) => binding === undefined || binding.mapped.port === mapped.port;
  if (isKept(same) && isKept(different)) return 'endpoint-independent';
  return same && different && same.mapped.port === different.mapped.port
    ? 'address-dependent'
    : 'address-and-port-dependent';
}

/** Lets a server answer from where nothing was sent to; each question has a port of its own, which no other server knows. */
async function findFiltering(server: SocketAddress): Promise<Translation['filtering']> {
  const hears = async (from: 'other-address' | 'other-port') => {
    const socket = await openStunSocket();
    try {
      return (await socket.ask(server, {from})) !== undefined;
    } finally {
      socket.close();
    }
  };
  const [everybody, sameAddress] = await Promise.all([hears('other-address'), hears('other-port')]);
  if (everybody) return 'endpoint-independent';
  return sameAddress ? 'address-dependent' : 'address-and-port-dependent';
}

function nameServers(answers: readonly Answered[]): string {
  return answers.map(({name}) => name).join(' and ');
}
