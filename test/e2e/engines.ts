import {expect} from 'vitest';
import {guest} from './lab.ts';
import {docker, installPackages} from './others.ts';

type Problem = {readonly code: string; readonly summary: string; readonly command?: string};
type Find = () => Promise<readonly Problem[]>;

/** Finds what is said of the Engine, on a host that may have other problems. */
const findOfEngine = async (find: Find) => (await find()).filter(({code}) => code.startsWith('engine-'));

const setDaemon = (settings: object) =>
  guest('cat > /etc/docker/daemon.json && systemctl restart docker', JSON.stringify(settings));

/** podman in the place of Docker is named, and the printed command removes that alone. */
export async function provePodman(find: Find): Promise<void> {
  await installPackages('podman-docker');
  const problems = await findOfEngine(find);
  expect(problems).toEqual([expect.objectContaining({code: 'engine-unsupported'})]);
  expect(problems[0]?.summary).toMatch(/podman \d.*package podman-docker/);
  await guest(`${problems[0]?.command ?? 'false'} --yes 2>&1`);
  expect(await findOfEngine(find)).toEqual([]);
  await guest('podman --version && apt-get -qq -y purge podman 2>&1');
}

/** An Engine without packet rules is named, before and after they are gone, and a restart is never offered. */
export async function proveWithoutRules(find: Find): Promise<void> {
  await installPackages(docker);
  await guest('mkdir -p /etc/docker');
  await setDaemon({iptables: false});
  const [problem, ...more] = await findOfEngine(find);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({
    code: 'engine-without-rules',
    summary: expect.stringContaining('/etc/docker/daemon.json'),
  });
}

const client = {currentContext: 'far', proxies: {default: {httpProxy: 'http://192.168.77.250:3128'}}};

/** Gives the Engine remapped users and no proxy of its own for ports, and root's client another host and a proxy for containers. */
export async function setUpUnusually(): Promise<void> {
  await setDaemon({'userns-remap': 'default', 'userland-proxy': false});
  await guest('docker context create far --docker host=ssh://far.example.test 2>&1');
  await guest('cat > /root/.docker/config.json', JSON.stringify(client));
}
