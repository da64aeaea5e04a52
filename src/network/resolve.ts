import {Resolver} from 'node:dns/promises';
import {isIPv4} from 'node:net';

/**
 * Finds the IPv4 address of a name by DNS. The system's own lookup is not used: it cannot be cancelled, and with a dead resolver
 * it would keep the whole program from ending.
 */
export async function resolveAddress(name: string, signal: AbortSignal): Promise<string> {
  if (isIPv4(name)) return name;
  signal.throwIfAborted();
  const resolver = new Resolver({timeout: 1000, tries: 2});
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const [address] = await resolver.resolve4(name);
    if (address === undefined) throw new Error(`${name} has no IPv4 address`);
    return address;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
