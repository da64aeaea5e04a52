import type {Listener} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {query} from './ask.ts';

/** A range of ports of this machine that Docker hands to a container. */
export type PublishedPort = {
  readonly protocol: Listener['protocol'];
  readonly first: number;
  readonly last: number;
  readonly container: NonNullable<Listener['container']>;
};

const format = '{{.Names}}\t{{.Label "com.docker.compose.project"}}\t{{.Ports}}';

/** Lists which container publishes which ports; nothing where Docker may not be asked. */
export async function listPublishedPorts(host: Host): Promise<readonly PublishedPort[]> {
  const {exitCode, stdout} = await query(host, 'docker', 'ps', '--format', format);
  return exitCode === 0 ? parsePublishedPorts(stdout) : [];
}

/** Reads lines of name, compose project and ports (`0.0.0.0:8000-8002->80-82/tcp, :::443->443/tcp`). */
export function parsePublishedPorts(text: string): readonly PublishedPort[] {
  return text.split('\n').flatMap(line => {
    const [name = '', project = '', ports = ''] = line.split('\t');
    const container = {name, ...(project !== '' && {project})};
    return [...ports.matchAll(/:(\d+)(?:-(\d+))?->[\d-]+\/(tcp|udp)/g)].map(([, first, last = first, protocol]) => ({
      protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      first: Number(first),
      last: Number(last),
      container,
    }));
  });
}
