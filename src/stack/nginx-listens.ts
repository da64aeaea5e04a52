import type {Facts, NginxListen} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import type {Settings} from '../model/settings/schema.ts';
import type {FileMoves, ListenMove} from '../resources/moved-listens.ts';
import {areOwnDirectives, commandToMove, type Move} from './move-listens.ts';
import {isOwnSite} from './nginx-layout.ts';

const wildcards = ['0.0.0.0', '::'];
const isWildcard = ({address}: NginxListen) => wildcards.includes(address);
const isLoopback = ({address}: NginxListen) => /^127\.|^::1$|^localhost$/.test(address);
const wildcardOf = ({address}: NginxListen) => (address.includes(':') ? '::' : '0.0.0.0');
const hasOption = (name: string) => (listen: NginxListen) => listen.options.includes(name);
const isTcp = (listen: NginxListen) => !['quic', 'udp'].some(name => hasOption(name)(listen));

/**
 * Finds what the configuration of nginx asks for and what our sites cannot share. `nginx -t` accepts all of it: it opens no
 * socket.
 */
export function findListenConflicts(
  {ports, ipv6}: {readonly ports: Settings['ports']; readonly ipv6: boolean},
  {nginxListens}: Facts,
): readonly Problem[] {
  const all = (nginxListens.value ?? []).filter(isTcp);
  const foreign = all.filter(({file}) => !isOwnSite(file));
  const at = (port: number) => foreign.filter(listen => listen.port === port);
  const shared = [80, ports.https].flatMap(at);
  const front = planMoves(ports.https, all);
  const isBound = (listen: NginxListen) =>
    all.some(other => other.port === listen.port && other.address === wildcardOf(listen) && other.module === 'http');
  /** Whether requests arrive at the address itself: from the router at port 80, from go-mmproxy at the other one. */
  const hidesOurs = (listen: NginxListen) => isLoopback(listen) === (listen.port === ports.https);
  const bound = shared.filter(
    listen => listen.module === 'http' && !isWildcard(listen) && (hidesOurs(listen) || !isBound(listen)),
  );
  const mixed = shared.flatMap(listen => {
    const reason = findMixture(listen, {https: ports.https, all, ipv6});
    return reason === undefined ? [] : [{listen, reason}];
  });
  return [
    ...only(isSafe(front, all) ? [] : front, moves => siteOn443(moves, all, ports.https)),
    ...only(
      at(443).filter(({module}) => module !== 'http'),
      streamOn443,
    ),
    ...only(bound, listens => boundToAddress(listens, all)),
    ...only(ipv6 ? [] : foreign.filter(({address}) => address.includes(':')), listens => withoutIpv6(listens, all)),
    ...mixed.map(({listen, reason}) => cannotShare(listen, reason)),
  ];
}

const only = <T>(list: readonly T[], make: (list: readonly T[]) => Problem) => (list.length > 0 ? [make(list)] : []);

type Surroundings = {readonly https: number; readonly all: readonly NginxListen[]; readonly ipv6: boolean};

/** Finds why our site cannot have the same socket: nginx gives the options of one to all sites on it. */
function findMixture(listen: NginxListen, {https, all, ipv6}: Surroundings): string | undefined {
  if (listen.module !== 'http') return `nginx uses it there for connections of another kind (${listen.module})`;
  if (!isWildcard(listen) || (listen.address === '::' && !ipv6)) return undefined;
  if (listen.options.includes('proxy_protocol'))
    return 'with proxy_protocol nginx would close every connection to our site, which does not begin with that header';
  if (listen.address === '::' && listen.options.includes('ipv6only=off'))
    return 'with ipv6only=off it also takes the IPv4 port, which our site needs of its own';
  const isTls = all.some(
    other => other.port === listen.port && other.address === listen.address && other.options.includes('ssl'),
  );
  if (listen.port === https && !isTls) return 'it does not use TLS, which our site would turn on for both';
  if (listen.port === 80 && isTls) return 'it uses TLS there, and our site answers the certificate authority without';
  return undefined;
}

const placeOf = ({file, line}: NginxListen) => `${file}:${line}`;
const placesOf = (listens: readonly NginxListen[]) => [...new Set(listens.map(placeOf))].join(', ');

/** Lists the directives of foreign web sites on HAProxy's port. */
const frontOf = (all: readonly NginxListen[]) =>
  all.filter(({port, module, file}) => port === 443 && module === 'http' && !isOwnSite(file));

/** Plans how foreign sites move from port 443 to the one that HAProxy forwards to. */
const planMoves = (https: number, all: readonly NginxListen[]): readonly Move[] =>
  // go-mmproxy connects to the local address, where a site on another address would not answer.
  frontOf(all).map(listen => moveToWildcard(listen, all, https));

/** Whether a site would take its options along that ours cannot share. */
const isPeculiar = ({options}: NginxListen) => options.includes('proxy_protocol') || options.includes('ipv6only=off');

/**
 * Returns whether nginx accepts the result of moves, and the sites answer as before: ours shares their port, with TLS and no PROXY
 * header. A site on one address may be meant for one network only, and HAProxy would show it to all.
 */
function isSafe(moves: readonly Move[], all: readonly NginxListen[]): boolean {
  const isTls = ({address, port}: NginxListen) =>
    all.some(other => other.address === address && other.port === port && other.options.includes('ssl'));
  const fits = ({listen}: Move) => isWildcard(listen) && isTls(listen) && !isPeculiar(listen);
  return commandToMove(moves, all) !== undefined && areOwnDirectives(moves) && moves.every(fits);
}

/** Plans the same file by file. */
export function planFileMoves(https: number, {nginxListens}: Pick<Facts, 'nginxListens'>): readonly FileMoves[] {
  const all = (nginxListens.value ?? []).filter(isTcp);
  const planned = planMoves(https, all);
  const moves = isSafe(planned, all) ? planned : [];
  const isFirst = (key: (move: Move) => string, move: Move) => moves.find(each => key(each) === key(move)) === move;
  const sockets = ({listen}: Move) => `${listen.address} ${listen.port}`;
  const sites = ({listen}: Move) => listen.server;
  return [...Map.groupBy(moves, ({listen}) => listen.file)].map(([path, own]) => ({
    path,
    moves: own.map(
      (move): ListenMove => ({
        line: move.listen.line,
        text: move.listen.text,
        to: move.to?.text,
        isFirstOfSocket: isFirst(sockets, move),
        isFirstOfSite: isFirst(sites, move),
      }),
    ),
  }));
}

function siteOn443(moves: readonly Move[], all: readonly NginxListen[], https: number): Problem {
  const listens = moves.map(({listen}) => listen);
  const command = listens.some(isPeculiar) ? undefined : commandToMove(moves, all);
  return new Problem({
    code: 'site-on-443',
    summary: `nginx serves other sites on port 443 (${placesOf(listens)}), where HAProxy has to separate TURN from HTTPS.`,
    why: 'Strict firewalls let participants use port 443 only, so the meeting page and the relay have to share it.',
    remedy: `Let them listen on port ${https} of all addresses (\`listen ${https} ssl;\`), then try again. Visitors notice nothing: HAProxy forwards them.`,
    ...(command !== undefined && {command: `${command} && nginx -t && systemctl reload nginx`}),
  });
}

function streamOn443(listens: readonly NginxListen[]): Problem {
  return new Problem({
    code: 'stream-on-443',
    summary: `nginx passes the connections on port 443 on to other servers (${placesOf(listens)}, a stream), and HAProxy needs that port.`,
    why: 'The meeting page and the relay share port 443, so one program has to look at every connection first.',
    remedy:
      'Remove the stream from port 443. Web sites of this nginx that it led to can listen on the port of the setting ports.https: HAProxy forwards their visitors. A server elsewhere cannot share port 443 with the meeting server.',
  });
}

function boundToAddress(listens: readonly NginxListen[], all: readonly NginxListen[]): Problem {
  const command = commandToMove(
    listens.map(listen => moveToWildcard(listen, all, listen.port)),
    all,
  );
  const sockets = [...new Set(listens.map(({text}) => text))].join(', ');
  return new Problem({
    code: 'site-on-address',
    summary: `Other sites of nginx listen on one address only (${sockets}: ${placesOf(listens)}).`,
    why: 'nginx gives a connection to that address to these sites alone, so the certificate authority or a participant does not reach ours. It also cannot open the port for all addresses while it holds it for one: after a reload it goes on as before, and after its next stop it may not start.',
    remedy: `Let them listen on the port without an address (${listDistinct(listens.map(wanted))}), restart nginx, then try again. If a panel writes these files, change it there.`,
    ...(command !== undefined && {command: `${command} && nginx -t && systemctl restart nginx`}),
  });
}

/** nginx does not start, and names neither file nor line: "Address family not supported by protocol". */
function withoutIpv6(listens: readonly NginxListen[], all: readonly NginxListen[]): Problem {
  const isOnly = (listen: NginxListen) =>
    !all.some(other => other.server === listen.server && !other.address.includes(':') && other.port === listen.port);
  const command = listens.some(isOnly)
    ? undefined
    : commandToMove(
        listens.map(listen => ({listen, to: undefined})),
        all,
      );
  return new Problem({
    code: 'listen-ipv6',
    summary: `The kernel has no IPv6, and sites of nginx ask for an IPv6 port (${placesOf(listens)}).`,
    why: 'nginx does not start with such a site.',
    remedy: 'Remove these listen lines, or switch IPv6 on in the kernel.',
    ...(command !== undefined && {command: `${command} && nginx -t`}),
  });
}

const wanted = (listen: NginxListen) => `\`listen ${socketText(wildcardOf(listen), listen.port)};\``;
const listDistinct = (texts: readonly string[]) => [...new Set(texts)].join(', ');

/** Plans to give a site the port of all addresses; the directive is removed where the site has that one already. */
function moveToWildcard(listen: NginxListen, all: readonly NginxListen[], port: number): Move {
  const address = wildcardOf(listen);
  const hasBoth = all.some(
    other =>
      other !== listen && other.server === listen.server && other.port === listen.port && other.address === address,
  );
  return {listen, to: hasBoth && !isWildcard(listen) ? undefined : {text: socketText(address, port), address, port}};
}

const socketText = (address: string, port: number) => (address === '::' ? `[::]:${port}` : String(port));

function cannotShare(listen: NginxListen, reason: string): Problem {
  return new Problem({
    code: 'listen-options',
    summary: `A site of nginx and ours cannot share port ${listen.port} (${placeOf(listen)}: listen ${[listen.text, ...listen.options].join(' ')}): ${reason}.`,
    why: 'nginx accepts such a configuration, and then the meeting page or the other site does not answer.',
    remedy:
      listen.port === 80
        ? 'Let the other site use another port. Port 80 is fixed: the certificate authority uses no other one.'
        : 'Let the other site use another port, or choose another port for ours with --set ports.https=PORT.',
  });
}
