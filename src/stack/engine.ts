import {type Engine, type Facts, known} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';

type WithEngine = Pick<Facts, 'engine'>;

/** What the settings of the Engine and of root's client mean for our containers. */
export type EngineNeeds = {
  /** Whether the Engine gives containers other user numbers than the host's: ours are not to have them. */
  readonly isRemapped: boolean;
  /** Variables of a proxy that root's client would give to containers: health checks would ask it for 127.0.0.1. */
  readonly proxies: readonly string[];
  /** Why the Engine forwards no ports; undefined where it does. */
  readonly noForwarding: Problem | undefined;
};

/** Finds what the settings mean for containers. */
export function findEngineNeeds({engine: {value: engine}}: WithEngine): EngineNeeds {
  const remap = engine && findSetting(engine, 'userns-remap')?.value;
  return {
    isRemapped: Boolean(remap) && remap !== 'false',
    proxies: (engine?.proxies ?? []).flatMap(name => [name, name.toLowerCase()]),
    noForwarding: engine && findIptablesOff(engine),
  };
}

const findSetting = ({settings}: Engine, wanted: string) => settings.find(({name}) => name === wanted);

const podmanPackage = 'podman-docker';
const isFromPackage = ({product, origin}: Engine) => product === 'podman' && origin === `package ${podmanPackage}`;

/** Returns the facts as they are without podman in the place of Docker, where its package is taken over by name. */
export function withoutTakenEngine(facts: Facts, takeOver: readonly string[]): Facts {
  const engine = facts.engine.value;
  if (!engine || !isFromPackage(engine) || !takeOver.includes(podmanPackage)) return facts;
  const none = {product: 'none', version: null, unit: null, running: false, socket: null, compose: null} as const;
  const source = `--take-over ${podmanPackage}`;
  return {...facts, engine: known({...engine, ...none}, source), compose: known(null, source)};
}

/** Returns whether the containers cannot run on the Engine that is here; then none is installed beside it. */
export function isUnsupported({engine}: WithEngine): boolean {
  return engine.value !== undefined && findUnsupported(engine.value) !== undefined;
}

/** Finds what prevents an installation on the Engine that is here. */
export function findEngineObstacles({engine: {value: engine}}: WithEngine): readonly Problem[] {
  if (!engine) return [];
  return [findUnsupported(engine), findBroken(engine), findIptablesOff(engine)].filter(each => each !== undefined);
}

function findUnsupported(engine: Engine): Problem | undefined {
  const {product, version, origin, socket, unit, running} = engine;
  const named = (name: string) => `${name}${version === null ? '' : ` ${version}`} (${origin})`;
  if (product === 'podman')
    return unsupported(
      `The command docker is ${named('podman')}, not Docker.`,
      'podman lacks parts of Docker that the containers need, and its package excludes that of Docker.',
      `Remove the package that puts podman in the place of Docker${isFromPackage(engine) ? `, or let jitsi-onebox do it: --take-over ${podmanPackage}` : ''}. podman itself and its containers stay; use them with the command podman.`,
      isFromPackage(engine) ? `apt-get remove ${podmanPackage}` : undefined,
    );
  if (product === 'snap')
    return unsupported(
      `Docker is installed as a ${named('snap')}.`,
      'A snap sees only a part of the files of this host, and a second Docker would use the same socket.',
      "If you need its containers, move them first. Then remove it with `snap remove docker` and run jitsi-onebox again: it installs Debian's Docker.",
    );
  if (product === 'rootless')
    return unsupported(
      `Docker's socket belongs to a user: ${named('rootless Docker')}.`,
      'Such a Docker may not change the network of this host, so participants would lose their addresses.',
      'Keep /var/run/docker.sock for the Docker of root: remove the link there. The rootless one keeps its own socket.',
    );
  if (product === 'other' && unit === null)
    return unsupported(
      `Docker ${version} is here (${origin}), but systemd has no docker.service that starts it.`,
      'After a boot, the containers would be down.',
      "Give it a docker.service (`systemctl edit --full --force docker.service`), or remove it: then jitsi-onebox installs Debian's Docker.",
    );
  if (running && socket === null)
    return unsupported(
      `Docker runs, but not on its socket /var/run/docker.sock${describeSetting(engine, 'hosts')}.`,
      'jitsi-onebox and the hook that renews the certificate reach Docker there.',
      'Let it listen there too: add "unix:///var/run/docker.sock" to "hosts", then restart Docker.',
    );
  return undefined;
}

function unsupported(summary: string, why: string, remedy: string, command?: string): Problem {
  return new Problem({code: 'engine-unsupported', summary, why, remedy, ...(command !== undefined && {command})});
}

function describeSetting(engine: Engine, name: string): string {
  const made = findSetting(engine, name);
  return made ? ` (${name} ${made.value} in ${made.source})` : '';
}

function findBroken({broken}: Engine): Problem | undefined {
  if (broken === null) return undefined;
  return new Problem({
    code: 'engine-configuration',
    summary: `${broken} is not valid JSON, so Docker does not start with it.`,
    remedy: `Correct it; \`dockerd --validate --config-file ${broken}\` shows the place.`,
  });
}

/** Without rules of its own, the Engine hands packets on one by one, and no participant keeps their address. */
function findIptablesOff(engine: Engine): Problem | undefined {
  const made = findSetting(engine, 'iptables');
  if (made?.value !== 'false') return undefined;
  return new Problem({
    code: 'engine-without-rules',
    summary: `Docker may not make packet rules: iptables is false in ${made.source}.`,
    why: 'Then every packet passes through a program of Docker: the relay and the bridge see the address of Docker in place of the address of a participant, and containers reach no other host.',
    remedy:
      'Remove the setting and restart Docker when its containers may stop for a moment: systemctl restart docker. To keep ports of other containers closed, publish them on 127.0.0.1, or put rules into the chain DOCKER-USER.',
  });
}

/** Finds advice: commands of root that go to another host. */
export function adviseOnEngine({engine: {value: engine}}: WithEngine): readonly Problem[] {
  if (!engine?.elsewhere) return [];
  const {host, source} = engine.elsewhere;
  return [
    new Problem({
      code: 'engine-elsewhere',
      summary: `The docker commands of root go to ${host} (${source}).`,
      why: 'jitsi-onebox uses the Docker of this host in any case.',
      remedy: 'To see its containers yourself: docker --host unix:///var/run/docker.sock ps.',
    }),
  ];
}
