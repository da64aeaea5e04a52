import {basename} from 'node:path/posix';
import type {Facts} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import {fitsEngine, isAtLeast} from '../model/version.ts';
import type {ComposeProject} from '../resources/compose.ts';
import {isUnsupported} from './engine.ts';

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
export const projectNameOf = (directory: string): string => basename(directory);

/** Chooses how compose is called for a project. */
export function chooseCompose(directory: string, facts: Facts): ComposeProject {
  return {name: projectNameOf(directory), directory, argv: findCompose(facts).argv};
}

type ChosenCompose = {
  readonly argv: ComposeProject['argv'];
  readonly version: string | undefined;
  /** The package to install; undefined where it is there. */
  readonly package?: string;
};

const plugin = 'docker-compose-plugin';

/** Finds the compose that drives the Engine: the one that is here if it can, else the Engine's own, else Debian's. */
function findCompose(facts: Facts): ChosenCompose {
  const [found, engine] = [facts.compose.value, facts.docker.value ?? undefined];
  if (found && fitsEngine(found.version, engine)) return found;
  const versions = packagedVersions(facts);
  if (isForeignDocker(facts) && versions[plugin])
    return {argv: ['docker', 'compose'], version: versions[plugin], package: plugin};
  const version = versions['docker-compose'];
  if (found || (version !== undefined && !fitsEngine(version, engine))) throw composeTooOld(facts, version);
  const argv = isAtLeast(version, [2]) ? (['docker', 'compose'] as const) : (['docker-compose'] as const);
  return {argv, version, package: 'docker-compose'};
}

/** Returns whether Docker came from elsewhere: Debian's own version says "dfsg". */
const isForeignDocker = ({docker}: Facts) => Boolean(docker.value && !docker.value.includes('dfsg'));

function composeTooOld({compose, docker, engine}: Facts, packaged: string | undefined): Problem {
  const what = compose.value ? `docker-compose ${compose.value.version}` : `Debian's docker-compose ${packaged}`;
  const origin = engine.value?.product === 'docker-ce' ? ' (package docker-ce)' : '';
  return new Problem({
    code: 'compose-too-old',
    summary: `${what} does not work with Docker ${docker.value ?? 'here'}${origin}.`,
    remedy: `Install the compose plugin from the repository that Docker came from: apt-get install ${plugin}. If apt does not know it, add that repository first (https://docs.docker.com/engine/install/debian/).`,
  });
}

/** Returns whether Docker and compose both know `start_interval`; the one that does not would reject the file. */
export function hasStartInterval(facts: Facts): boolean {
  const docker = facts.docker.value ?? packagedVersions(facts)['docker.io'];
  return isAtLeast(docker, [25]) && isAtLeast(findCompose(facts).version, [2, 20, 2]);
}

/** Chooses Debian's Docker and compose; where Docker came from elsewhere, only what it lacks. */
export function chooseDockerPackages(facts: Facts): readonly string[] {
  if (isUnsupported(facts)) return ['ca-certificates'];
  if (isForeignDocker(facts)) return [findCompose(facts).package ?? [], 'ca-certificates'].flat();
  // All of Debian's packages are always named, since a Debian upgrade splits them.
  const hasOwnClient = isAtLeast(packagedVersions(facts)['docker.io'], [26]);
  return ['docker.io', ...(hasOwnClient ? ['docker-cli'] : []), 'docker-compose', 'apparmor', 'ca-certificates'];
}
