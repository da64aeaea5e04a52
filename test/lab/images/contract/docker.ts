import {RIGHT} from './definition.ts';
import {demandScript, type Guest} from './guest.ts';

const QUIETLY = 'export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1';
const APT = 'apt-get -q -y -o DPkg::Lock::Timeout=300';
const LIST_INSTALLED = "dpkg-query -W -f '${db:Status-Abbrev}${Package}\\n' | sed -n 's/^ii *//p'";
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/** On Debian 12 the client comes with the engine, later in a package of its own. */
const INSTALL = `
${QUIETLY}
${APT} update
client=$(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli || true)
${APT} install --no-install-recommends docker.io $client ca-certificates
systemctl restart docker
`;

type Before = {readonly packages: ReadonlySet<string>; readonly forwarding: string};

/** Lends the guest a Docker and the images where it has none; what is returned takes away what was lent. */
export const lendDocker = async (guest: Guest): Promise<() => Promise<void>> => {
  if ((await guest(['docker', 'version'])).exitCode === 0) {
    const missing = await findMissing(guest);
    await pullImages(guest);
    return async () => {
      await guest(['docker', 'image', 'rm', ...missing]);
    };
  }
  const before = {packages: await listPackages(guest), forwarding: await demandScript(guest, `cat ${FORWARDING}`)};
  await demandScript(guest, INSTALL);
  await pullImages(guest);
  return () => removeDocker(guest, before);
};

const imagesOfContract = (): readonly string[] => Object.values(RIGHT).map(({image}) => image);

const findMissing = async (guest: Guest): Promise<readonly string[]> => {
  const found = await Promise.all(imagesOfContract().map(image => guest(['docker', 'image', 'inspect', image])));
  return imagesOfContract().filter((_, index) => found[index]?.exitCode !== 0);
};

const pullImages = async (guest: Guest): Promise<void> => {
  await Promise.all(imagesOfContract().map(image => demandScript(guest, `docker pull --quiet ${image}`)));
};

const listPackages = async (guest: Guest): Promise<ReadonlySet<string>> =>
  new Set((await demandScript(guest, LIST_INSTALLED)).split('\n').filter(Boolean));

/** Purging leaves data, sockets, a group, a bridge, rules and forwarding behind: they go too. */
const removeDocker = async (guest: Guest, {packages, forwarding}: Before): Promise<void> => {
  const lent = [...(await listPackages(guest))].filter(name => !packages.has(name));
  await demandScript(
    guest,
    `${QUIETLY}
systemctl stop docker.socket docker containerd
${lent.includes('iptables') ? FORGET_RULES : ''}
${APT} purge ${lent.join(' ')}
find /var/lib/docker -mindepth 1 -delete || true
rm -rf /var/lib/containerd /etc/docker /run/docker /run/containerd /run/docker.sock /opt/containerd
ip link delete docker0 || true
groupdel docker || true
echo ${forwarding} > ${FORWARDING}`,
  );
};

/** Every rule is Docker's where Docker brought the program that writes rules. */
const FORGET_RULES = `
for tables in iptables ip6tables; do
  for table in filter nat raw; do
    $tables -t $table -F || true
    $tables -t $table -X || true
  done
  $tables -P FORWARD ACCEPT || true
done
`;
