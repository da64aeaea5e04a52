import {orderByNeeds} from '../../src/engine/order.ts';
import type {Resource} from '../../src/model/resource.ts';
import {drawStack, type StackInput} from '../../src/stack/index.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';
import {converge} from '../resources/work.ts';

/** Directories from the stack's packages, and the programs that validate our files: here they accept everything. */
const packaged = {
  files: {
    '/etc/nginx/conf.d': {directory: true},
    '/etc/nginx/sites-available': {directory: true},
    '/etc/nginx/sites-enabled': {directory: true},
    '/etc/haproxy': {directory: true},
    '/etc/letsencrypt': {directory: true},
    '/var/www': {directory: true},
  },
  commands: {'nginx -t': '', 'haproxy -c': ''},
} as const;

const kinds = ['file', 'link', 'directory'];

/** Returns every file that an input results in, by its path on the host; MODES lists owners, modes and link targets. */
export async function drawFiles(input: StackInput): Promise<Readonly<Record<string, string>>> {
  const host = createMemoryHost(packaged);
  const resources = orderByNeeds(drawStack(input).resources).filter(({kind}) => kinds.includes(kind));
  for (const resource of resources) await converge(resource, host);
  const paths = resources.map(pathOf).sort();
  const files = paths.filter(path => host.tree.get(path)?.type === 'file');
  const contents = files.map(path => [path, host.tree.get(path)?.content ?? '']);
  return {...Object.fromEntries(contents), MODES: `${paths.map(path => describe(host, path)).join('\n')}\n`};
}

/** Returns the path of a file, link or directory. */
export function pathOf({id}: Resource): string {
  return id.slice(id.indexOf(':') + 1);
}

function describe(host: MemoryHost, path: string): string {
  const entry = host.tree.get(path);
  if (!entry) return `absent ${path}`;
  if (entry.type === 'link') return `link   ${path} -> ${entry.content}`;
  const mode = entry.mode.toString(8).padStart(4, '0');
  return `${mode} ${entry.uid}:${entry.gid} ${path}${entry.type === 'directory' ? '/' : ''}`;
}
