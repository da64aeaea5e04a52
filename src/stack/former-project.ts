import {readAssignment} from '../model/dot-env.ts';
import type {Host} from '../model/host.ts';
import {type ComposeProject, parseLeniently} from '../resources/compose.ts';
import {passwordNames} from './passwords.ts';

/** A foreign compose project in our directory, as compose itself understands it: with overrides, env files and variables. */
export type FormerProject = {
  /** Its name, which its containers have as a label. */
  readonly name: string;
  /** The variables of its containers; Prosody's come first where two differ. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Asks compose what it makes of a directory. Without an answer, only what its files are called is known. */
export async function readFormerProject(host: Host, {directory, argv, name}: ComposeProject): Promise<FormerProject> {
  const [{exitCode, stdout}, env] = await Promise.all([
    host.query({argv: [...argv, 'config'], cwd: directory}),
    host.files.read(`${directory}/.env`).catch(() => undefined),
  ]);
  const rendered = (exitCode === 0 ? parseLeniently(stdout) : undefined) ?? {};
  const variables = Object.entries(rendered.services ?? {})
    .toSorted(([one], [other]) => Number(other.includes('prosody')) - Number(one.includes('prosody')))
    .flatMap(([, service]) => Object.entries(service.environment ?? {}))
    .filter(([, value]) => value !== null);
  const chosen = readVariable(env ?? '', 'COMPOSE_PROJECT_NAME');
  return {
    // Version 1 does not print its name.
    name: rendered.name ?? chosen ?? name,
    // compose writes each $ twice; of two entries, the last one stays.
    environment: Object.fromEntries(
      variables.toReversed().map(([key, value]) => [key, String(value).replaceAll('$$', '$')]),
    ),
  };
}

/**
 * Finds a project of another name whose containers were begun from our directory, and whose files ours have replaced already: an
 * earlier take-over did not end.
 */
export async function findLeftProject(
  host: Host,
  {directory, name}: Pick<ComposeProject, 'directory' | 'name'>,
): Promise<FormerProject | undefined> {
  const label = 'com.docker.compose.project';
  const filter = `label=${label}.working_dir=${directory}`;
  const {stdout} = await host.query({
    argv: ['docker', 'ps', '--all', '--filter', filter, '--format', `{{.Label "${label}"}}`],
  });
  const other = stdout.split('\n').find(found => found !== '' && found !== name);
  return other === undefined ? undefined : {name: other, environment: {}};
}

/** Reads a variable of an .env file; the last of several lines counts. */
export function readVariable(env: string, wanted: string): string | undefined {
  const found = env.split('\n').map(readAssignment);
  return found.findLast(each => each?.name === wanted)?.value;
}

/** The guide's own names for a password, by ours. */
const guideNames: Readonly<Record<string, string>> = {TURN_CREDENTIALS: 'TURN_PASSWORD'};

/**
 * Takes an .env file over: it has each password of the containers once, under our name for it, and nothing in it points compose to
 * other files.
 */
export function adoptEnvironment(env: string, {environment}: FormerProject): string {
  const lines = env.split('\n').filter(line => !readAssignment(line)?.name.startsWith('COMPOSE_'));
  return passwordNames.reduce((text, name) => adoptPassword(text, name, environment), lines.join('\n'));
}

function adoptPassword(env: string, name: string, environment: FormerProject['environment']): string {
  const names = [name, ...(guideNames[name] === undefined || isAccount(env, environment) ? [] : [guideNames[name]])];
  const value = names.map(each => environment[each] || readVariable(env, each)).find(Boolean);
  const written = value === undefined ? undefined : writeAssignment(name, value);
  const lines = env.split('\n');
  const isOfIt = (line: string) => names.includes(readAssignment(line)?.name ?? '');
  const isRight = lines.filter(isOfIt).length === 1 && readVariable(env, name) === value;
  if (written === undefined || isRight) return env;
  const first = lines.findIndex(isOfIt);
  if (first < 0) return `${env}${env === '' || env.endsWith('\n') ? '' : '\n'}${written}\n`;
  return lines.flatMap((line, index) => (index === first ? [written] : isOfIt(line) ? [] : [line])).join('\n');
}

/** Where the relay has a user, TURN_PASSWORD is that user's and no secret. */
function isAccount(env: string, environment: FormerProject['environment']): boolean {
  return Boolean(environment.TURN_USERNAME || readVariable(env, 'TURN_USERNAME'));
}

/** Writes a variable so that each compose reads the same value; undefined where no way is known. */
function writeAssignment(name: string, value: string): string | undefined {
  if (/^[\w.,:@%+=/-]+$/.test(value)) return `${name}=${value}`;
  return /['\\\n]/.test(value) ? undefined : `${name}='${value}'`;
}
