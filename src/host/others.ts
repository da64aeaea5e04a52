import type {NginxSite} from '../model/facts.ts';
import type {Host} from '../model/host.ts';
import type {Others} from '../model/others.ts';
import {readNginxSites} from './facts/nginx.ts';

const debianSite = '/etc/nginx/sites-enabled/default';

/** The web sites of this host that are not ours, nor the page that Debian's nginx comes with. */
export async function readOtherSites(host: Host, isOwnSite: (file: string) => boolean): Promise<readonly NginxSite[]> {
  const {value: sites = []} = await readNginxSites(host);
  const pages = (await host.files.list('/var/www/html')) ?? [];
  const isDebians = ({file}: NginxSite) =>
    file === debianSite && pages.every(page => page === 'index.nginx-debian.html');
  return sites.filter(site => !isOwnSite(site.file) && !isDebians(site));
}

/** What of this host is ours: compose projects, certificates, files of nginx's. */
export type Ours = {
  readonly projects: readonly string[];
  readonly lineages: readonly string[];
  readonly isOwnSite: (file: string) => boolean;
};

/** What of the programs that came with us others have come to use. */
export async function readOthers(host: Host, ours: Ours): Promise<Others> {
  const [sites, docker, lineages] = await Promise.all([
    readOtherSites(host, ours.isOwnSite),
    hasOtherContainers(host, ours.projects),
    findOtherLineages(host, ours.lineages),
  ]);
  return {nginx: sites.length > 0, docker, lineages};
}

/** Containers of others, and volumes that have a name: those of ours have none. */
async function hasOtherContainers(host: Host, projects: readonly string[]): Promise<boolean> {
  const format = '{{.Label "com.docker.compose.project"}}';
  const {exitCode, stdout} = await host.query({argv: ['docker', 'ps', '--all', '--format', `-${format}`]});
  const names = (await host.files.list('/var/lib/docker/volumes')) ?? [];
  const volumes = names.filter(name => !/^([0-9a-f]{64}|backingFsBlockDev|metadata\.db)$/.test(name));
  // A Docker that does not answer cannot say whose they are.
  const strangers =
    exitCode === 0
      ? stdout.split('\n').filter(line => line !== '' && !projects.includes(line.slice(1)))
      : ((await host.files.list('/var/lib/docker/containers')) ?? []);
  return strangers.length + volumes.length > 0;
}

/** Certificates of others, and those of ours that something else on this host has come to use. */
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
