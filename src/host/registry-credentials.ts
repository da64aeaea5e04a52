import {readFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';

type Credentials = {readonly username: string; readonly password: string; readonly serveraddress: string};

/** Reads the credentials that `docker login` wrote for a registry; undefined if there are none, or in a helper's store. */
export async function readCredentials(registry: string, home: string = homedir()): Promise<Credentials | undefined> {
  const directory = process.env.DOCKER_CONFIG ?? join(home, '.docker');
  const text = await readFile(join(directory, 'config.json'), 'utf8').catch(() => undefined);
  const names = registry === 'registry-1.docker.io' ? ['https://index.docker.io/v1/', registry] : [registry];
  const {auths = {}} = text === undefined ? {} : parse(text);
  const [serveraddress, entry] = names.map(name => [name, auths[name]] as const).find(([, found]) => found) ?? [];
  if (serveraddress === undefined || typeof entry?.auth !== 'string') return undefined;
  const [username = '', ...password] = Buffer.from(entry.auth, 'base64').toString().split(':');
  return {username, password: password.join(':'), serveraddress};
}

function parse(text: string): {readonly auths?: Readonly<Record<string, {readonly auth?: unknown} | undefined>>} {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
