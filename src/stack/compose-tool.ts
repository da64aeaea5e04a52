import type {Facts} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';
import type {ComposeProject} from '../resources/compose-service.ts';
import {isAtLeast} from './debian-version.ts';
import {packagedVersions} from './packaged-versions.ts';

/** The compose project: named as `docker compose` would name it by the directory, so that both mean the same one. */
export function chooseCompose(directory: string, facts: Facts): ComposeProject {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  return {name, directory, argv: chooseTool(facts)};
}

function chooseTool(facts: Facts): ComposeProject['argv'] {
  const {compose, docker} = facts;
  const found = compose.value;
  if (!found)
    return isAtLeast(packagedVersions(facts)['docker-compose'], [2]) ? ['docker', 'compose'] : ['docker-compose'];
  const isV1 = !isAtLeast(found.version, [2]);
  if (isV1 && (!isAtLeast(found.version, [1, 29]) || isAtLeast(docker.value ?? undefined, [28])))
    throw tooOld(found.version, docker.value);
  return found.argv;
}

function tooOld(version: string, docker: string | null | undefined): Problem {
  return new Problem({
    code: 'compose-too-old',
    summary: `docker-compose ${version} does not work with Docker ${docker ?? 'here'}.`,
    remedy:
      'Install the compose plugin of the repository that Docker came from: apt-get install docker-compose-plugin.',
  });
}
