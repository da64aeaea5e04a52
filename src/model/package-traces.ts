/** What a package leaves on the host when it is purged, in Debian 12 and 13. */
export type Traces = {
  readonly package: string;
  /** The program by which it is seen whether the package, or another with the same, is there. */
  readonly program: string;
  readonly paths: readonly string[];
  /** `user:NAME` or `group:NAME`; a system user takes its group along. */
  readonly accounts: readonly string[];
  /** Kernel parameters that it sets. */
  readonly parameters?: readonly string[];
};

/** The packages whose purge is not the end of them. */
export const packageTraces: readonly Traces[] = [
  {
    package: 'docker.io',
    program: '/usr/bin/dockerd',
    paths: ['/etc/docker', '/var/lib/docker'],
    accounts: ['group:docker'],
    parameters: ['net.ipv4.ip_forward'],
  },
  {
    package: 'containerd',
    program: '/usr/bin/containerd',
    paths: ['/etc/cni', '/etc/containerd', '/opt/containerd', '/var/lib/containerd'],
    accounts: [],
  },
  {package: 'haproxy', program: '/usr/sbin/haproxy', paths: ['/var/lib/haproxy'], accounts: ['user:haproxy']},
  {
    package: 'certbot',
    program: '/usr/bin/certbot',
    paths: ['/etc/letsencrypt', '/var/lib/letsencrypt'],
    accounts: [],
  },
];
