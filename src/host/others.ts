import type {NginxSite} from '../model/facts.ts';
import type {Host} from '../model/host.ts';
import {readNginxSites} from './facts/nginx.ts';

const debianSite = '/etc/nginx/sites-enabled/default';

/** Reads the foreign web sites of this host, without the default page of Debian's nginx. */
export async function readOtherSites(host: Host, isOwnSite: (file: string) => boolean): Promise<readonly NginxSite[]> {
  const {value: sites = []} = await readNginxSites(host);
  const pages = (await host.files.list('/var/www/html')) ?? [];
  const isDebians = ({file}: NginxSite) =>
    file === debianSite && pages.every(page => page === 'index.nginx-debian.html');
  return sites.filter(site => !isOwnSite(site.file) && !isDebians(site));
}

/** Our own things on this host: compose projects, certificates, nginx files. */
export type Ours = {
  readonly projects: readonly string[];
  readonly lineages: readonly string[];
  readonly isOwnSite: (file: string) => boolean;
};

/** Reads which programs that we installed others now rely on. */
export async function readOthers(host: Host, ours: Ours): Promise<Others> {
  const [sites, docker, lineages] = await Promise.all([
    readOtherSites(host, ours.isOwnSite),
    hasOtherContainers(host, ours.projects),
    findOtherLineages(host, ours.lineages),
  ]);
  return {nginx: sites.length > 0, docker, lineages};
}

/** Returns whether there are foreign containers, or volumes with a name: ours have none. */
async function hasOtherContainers(host: Host, projects: readonly string[]): Promise<boolean> {
  const format = '{{.Label "com.docker.compose.project"}}';
  const {exitCode, stdout} = await host.query({argv: ['docker', 'ps', '--all', '--format', `-${format}`]});
  const names = (await host.files.list('/var/lib/docker/volumes')) ?? [];
  const volumes = names.filter(name => !/^([0-9a-f]{64}|backingFsBlockDev|metadata\.db)$/.test(name));
  // Docker does not answer, so all containers count as foreign.
  const foreign =
    exitCode === 0
      ? stdout.split('\n').filter(line => line !== '' && !projects.includes(line.slice(1)))
      : ((await host.files.list('/var/lib/docker/containers')) ?? []);
  return foreign.length + volumes.length > 0;
}

/** Returns the foreign lineages, and those of ours that other configuration on this host now relies on. */
async function findOtherLineages(host: Host, ours: readonly string[]): Promise<readonly string[]> {
  const files = (await host.files.list('/etc/letsencrypt/renewal')) ?? [];
  const names = files.filter(file => file.endsWith('.conf')).map(file => file.slice(0, -'.conf'.length));
  const areUsed = await Promise.all(
    names.map(async name => {
      const search = ['grep', '-rlsF', '--exclude-dir=letsencrypt', '--exclude-dir=jitsi-onebox'] as const;
      return (await host.query({argv: [...search, `letsencrypt/live/${name}/`, '/etc']})).exitCode === 0;
    }),
  );
  return names.filter((name, index) => !ours.includes(name) || areUsed[index]);
}

/** Things that we installed and others use: an uninstall keeps them. */
export type Others = {
  /** Web sites in nginx. */
  readonly nginx: boolean;
  /** Containers or volumes in Docker. */
  readonly docker: boolean;
  /** Certificates of certbot, by their names. */
  readonly lineages: readonly string[];
};
