import type {Facts} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import type {ComposeProject} from '../resources/compose.ts';

/** Returns whether a version such as Debian's `1:1.26.3-3+deb13u1` is at least this upstream version; an unknown one is not. */
export function isAtLeast(version: string | undefined, wanted: readonly number[]): boolean {
  const numbers = (version ?? '0')
    .replace(/^(\d+:|v)/, '')
    .split(/[.+~-]/)
    .map(Number);
  for (const [index, least] of wanted.entries()) {
    const number = numbers[index] ?? 0;
    if (number !== least) return number > least;
  }
  return true;
}

type Versions = Readonly<Record<string, string>>;

// A fresh machine may have no package index yet, so the versions that matter here are written down per release.
const bookworm: Versions = {nginx: '1.22.1', 'docker.io': '20.10.24', 'docker-compose': '1.29.2'};
const trixie: Versions = {nginx: '1.26.3', 'docker.io': '26.1.5', 'docker-compose': '2.26.1'};

/** Returns the versions that are installed or would be; without an index, those of the release. A newer release counts as trixie. */
export function packagedVersions({candidates, release}: Pick<Facts, 'candidates' | 'release'>): Versions {
  const standard = release.value?.codename === 'bookworm' ? bookworm : trixie;
  return {...standard, ...candidates.value};
}

/** Names the compose project as `docker compose` would name it after the directory, so that both mean the same project. */
export function chooseCompose(directory: string, facts: Facts): ComposeProject {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  return {name, directory, argv: chooseComposeCommand(facts)};
}

function chooseComposeCommand(facts: Facts): ComposeProject['argv'] {
  const {compose, docker} = facts;
  const found = compose.value;
  if (!found)
    return isAtLeast(packagedVersions(facts)['docker-compose'], [2]) ? ['docker', 'compose'] : ['docker-compose'];
  const isV1 = !isAtLeast(found.version, [2]);
  if (isV1 && (!isAtLeast(found.version, [1, 29]) || isAtLeast(docker.value ?? undefined, [28])))
    throw new Problem({
      code: 'compose-too-old',
      summary: `docker-compose ${found.version} does not work with Docker ${docker.value ?? 'here'}.`,
      remedy:
        'Install the compose plugin from the repository that Docker came from: apt-get install docker-compose-plugin.',
    });
  return found.argv;
}

/** Returns whether Docker and compose both know `start_interval`; the one that does not would reject the file. */
export function hasStartInterval(facts: Facts): boolean {
  const packaged = packagedVersions(facts);
  const docker = facts.docker.value ?? packaged['docker.io'];
  const compose = facts.compose.value?.version ?? packaged['docker-compose'];
  return isAtLeast(docker, [25]) && isAtLeast(compose, [2, 20, 2]);
}

/** Chooses Debian's Docker and compose; where Docker came from elsewhere, only what it lacks. */
export function chooseDockerPackages(facts: Facts): readonly string[] {
  const {docker, compose} = facts;
  const versions = packagedVersions(facts);
  // Debian's own version says "dfsg". All of its packages are always named, since a Debian upgrade splits them.
  if (docker.value && !docker.value.includes('dfsg')) {
    const composePackage = versions['docker-compose-plugin'] ? 'docker-compose-plugin' : 'docker-compose';
    return compose.value ? ['ca-certificates'] : [composePackage, 'ca-certificates'];
  }
  const hasOwnClient = isAtLeast(versions['docker.io'], [26]);
  return ['docker.io', ...(hasOwnClient ? ['docker-cli'] : []), 'docker-compose', 'apparmor', 'ca-certificates'];
}
