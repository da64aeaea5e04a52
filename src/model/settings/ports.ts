/** The ports of this machine that the stack listens on, by the setting's name. */
export type Ports = Readonly<Record<'web' | 'https' | 'mmproxy' | 'media' | 'stun' | 'turns', number>>;

type Use = {readonly name: keyof Ports; readonly protocol: 'tcp' | 'udp'};

const uses: readonly Use[] = [
  {name: 'web', protocol: 'tcp'},
  {name: 'https', protocol: 'tcp'},
  {name: 'mmproxy', protocol: 'tcp'},
  {name: 'turns', protocol: 'tcp'},
  {name: 'media', protocol: 'udp'},
  {name: 'stun', protocol: 'udp'},
];

/** Names every port that something before it in the list, or the outside with 80 and 443, uses already. */
export function findPortClashes(
  ports: Partial<Ports>,
): readonly {readonly name: keyof Ports; readonly fault: string}[] {
  const taken = new Map<string, string>([
    ['80/tcp', 'the redirect to https'],
    ['443/tcp', 'HAProxy'],
  ]);
  return uses.flatMap(({name, protocol}) => {
    const socket = `${ports[name] ?? name}/${protocol}`;
    const holder = taken.get(socket);
    taken.set(socket, holder ?? `ports.${name}`);
    return holder === undefined ? [] : [{name, fault: `is already the port of ${holder}`}];
  });
}
