import * as v from 'valibot';
import type {DeepReadonly} from './fact-entry.ts';

const texts = v.array(v.string());

/** Which program plays the Engine on this host. */
const products = {
  none: 'none',
  debian: 'Docker of Debian',
  'docker-ce': 'Docker CE',
  other: 'Docker from elsewhere',
  podman: 'podman in the place of Docker',
  snap: "snap's Docker",
  rootless: 'rootless Docker',
};

/** A setting of the daemon that somebody made, as text or JSON, and the file or command line that has it. */
const daemonSetting = v.object({name: v.string(), value: v.string(), source: v.string()});

export const engineSchema = v.object({
  product: v.picklist(Object.keys(products) as (keyof typeof products)[]),
  version: v.nullable(v.string()),
  /** The package that it came in, or what else shows it. */
  origin: v.string(),
  /** The unit that starts it; null if systemd knows none. */
  unit: v.nullable(v.string()),
  running: v.boolean(),
  /** The socket behind /var/run/docker.sock; null if there is none. */
  socket: v.nullable(v.string()),
  rootful: v.boolean(),
  /** The compose that is here, and whether it can drive this Engine. */
  compose: v.nullable(v.object({argv: texts, version: v.string(), fits: v.boolean()})),
  /** Where root's docker commands go, if not to this host. */
  elsewhere: v.nullable(v.object({host: v.string(), source: v.string()})),
  settings: v.array(daemonSetting),
  /** The file of settings that the daemon cannot read. */
  broken: v.nullable(v.string()),
  /** The variables of a proxy that root's client gives to each container. */
  proxies: texts,
});

type Engine = v.InferOutput<typeof engineSchema>;

/** Describes the Engine for the user. */
export function describeEngine({product, version, rootful, settings, elsewhere}: DeepReadonly<Engine>): string {
  const made = settings.map(({name, value}) => `${name} ${value}`);
  const details = [
    ...(product === 'none' ? [] : [rootful ? 'rootful' : 'not rootful']),
    ...made,
    ...(elsewhere ? [`commands go to ${elsewhere.host}`] : []),
  ];
  return [[products[product], version].filter(Boolean).join(' '), ...details].join(', ');
}
