import {RIGHT} from './definition.ts';
import {demandScript, type Guest} from './guest.ts';

const INSTALL = `
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
packages=docker.io
if apt-cache show docker-cli >/dev/null 2>&1; then packages="$packages docker-cli"; fi
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $packages ca-certificates
systemctl restart docker
`;
const REMOVE = `
export DEBIAN_FRONTEND=noninteractive
systemctl stop docker.socket docker containerd
apt-get -q -y -o DPkg::Lock::Timeout=300 purge --autoremove docker.io 'docker-cli*' containerd runc
find /var/lib/docker -mindepth 1 -delete || true
rm -rf /var/lib/containerd /etc/docker
`;

/** Lends the guest a Docker and the images when it lacks them; what is returned takes away what was lent. */
export const lendDocker = async (guest: Guest): Promise<() => Promise<void>> => {
  if ((await guest(['docker', 'version'])).exitCode !== 0) {
    await demandScript(guest, INSTALL);
    await pull(guest, imagesOfContract());
    return async () => {
      await demandScript(guest, REMOVE);
    };
  }
  const missing = await findMissing(guest);
  await pull(guest, imagesOfContract());
  return async () => {
    await guest(['docker', 'image', 'rm', ...missing]);
  };
};

const imagesOfContract = (): readonly string[] => Object.values(RIGHT).map(({image}) => image);

const findMissing = async (guest: Guest): Promise<readonly string[]> => {
  const found = await Promise.all(imagesOfContract().map(image => guest(['docker', 'image', 'inspect', image])));
  return imagesOfContract().filter((_, index) => found[index]?.exitCode !== 0);
};

const pull = async (guest: Guest, images: readonly string[]): Promise<void> => {
  await Promise.all(images.map(image => demandScript(guest, `docker pull --quiet ${image}`)));
};
