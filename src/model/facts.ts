/** What is known of one thing and how it became known; `reason` says why it is not. */
export type Fact<T> =
  | {readonly value: T; readonly source: string}
  | {readonly value: undefined; readonly source: string; readonly reason: string};

/** Something found out, with how: where there is nothing of the kind, `null`, `none` or an empty list is a value too. */
export function known<T>(value: T, source: string): Fact<T> {
  return {value, source};
}

/** Something that could not be found out here, with the reason in the owner's words. */
export function unknown(source: string, reason: string): Fact<never> {
  return {value: undefined, source, reason};
}

export type Listener = {
  readonly protocol: 'tcp' | 'udp';
  /** As `ss` prints it, without brackets; `*` for a socket of both families. */
  readonly address: string;
  readonly port: number;
  /** Undefined where only root may know. */
  readonly process?: string;
  readonly pid?: number;
  /** The systemd unit of the process. */
  readonly unit?: string;
  /** The Debian package of the program. */
  readonly package?: string;
  /** The container that publishes the port, with its compose project, where docker-proxy listens for it. */
  readonly container?: {readonly name: string; readonly project?: string};
};

export type NginxSite = {
  readonly file: string;
  readonly names: readonly string[];
  /** Its listen parameters as written. */
  readonly listens: readonly string[];
};

/** A tool that speaks compose: the plugin (`docker compose`), or the standalone program (`docker-compose`). */
export type Compose = {readonly argv: readonly [string, ...string[]]; readonly version: string};

/** What is found out about a machine and its network. Addresses in text form, sizes in bytes. */
export type FactValues = {
  readonly release: {readonly id: string; readonly version: string; readonly codename: string; readonly name: string};
  /** As Debian and Docker name it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly kernel: string;
  readonly memory: number;
  readonly cores: number;
  /** Free bytes where Docker keeps its images (or will). */
  readonly disk: number;
  readonly interfaces: readonly {readonly name: string; readonly addresses: readonly string[]}[];
  readonly gateway: {readonly interface: string; readonly address: string};
  /** The address that the router sends participants to. */
  readonly localAddress: string;
  readonly publicAddress: string;
  /** How often addresses are translated on the way here: `double` where the router is itself behind another one. */
  readonly nat: 'none' | 'single' | 'double';
  /** Whether the kernel speaks IPv6. */
  readonly ipv6: boolean;
  /** Destinations of every IPv4 route but the default one, as CIDR: what a new subnet must keep clear of. */
  readonly routes: readonly string[];
  readonly listeners: readonly Listener[];
  readonly nginxSites: readonly NginxSite[];
  /** The Engine's version; null where no Engine is installed. */
  readonly docker: string | null;
  /** null where none is installed. */
  readonly compose: Compose | null;
  readonly timezone: string;
  readonly firewall: 'none' | 'ufw' | 'firewalld' | 'nftables';
  /** Version that apt would install (or has), by package; rendered forms follow it. */
  readonly candidates: Readonly<Record<string, string>>;
};

/** Everything found out, each with its source. */
export type Facts = {readonly [Name in keyof FactValues]: Fact<FactValues[Name]>};

/** One fact under its name, as detection tells it the moment it is known. */
export type NamedFact = {
  [Name in keyof FactValues]: {readonly name: Name; readonly fact: Facts[Name]};
}[keyof FactValues];
