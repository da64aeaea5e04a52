import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import {Secret} from '../../model/secret.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {closeFile, findSecretFileFault} from '../root-only.ts';

const header = /^([A-Za-z0-9-]{1,100}): ?([\x21-\x7e](?:[\x20-\x7e]{0,4000}[\x21-\x7e])?)$/;
const password = /^[^\p{Cc}]{1,1000}$/u;

type SecretFile = {readonly path: string; readonly key: string; readonly form: RegExp; readonly holds: string};

function listFiles({notify}: Pick<Settings, 'notify'>): readonly SecretFile[] {
  const files = [
    {key: 'smtp.password', form: password, holds: 'one line with a password'},
    {key: 'hook.header', form: header, holds: 'one line such as "Authorization: Bearer TOKEN"'},
  ] as const;
  return files.flatMap(({key, ...file}) => {
    const path = notify[key];
    return path === undefined ? [] : [{...file, path, key: `notify.${key}`}];
  });
}

/** Finds what is wrong with the files of secrets that the settings name. What only root can see is left to root. */
export async function findSecretFaults(host: Host, settings: Pick<Settings, 'notify'>): Promise<readonly Problem[]> {
  const found = await Promise.all(
    listFiles(settings).map(file =>
      readSecret(host, file).then(
        () => undefined,
        error => {
          if (error instanceof Problem) return error;
          if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
          throw error;
        },
      ),
    ),
  );
  return found.filter(problem => problem !== undefined);
}

/** Reads the secrets of messages; throws Problem notify-secret. */
export async function readNotifySecrets(
  host: Host,
  settings: Pick<Settings, 'notify'>,
): Promise<{readonly password?: Secret; readonly header?: readonly [name: string, value: string]}> {
  const secrets = await Promise.all(
    listFiles(settings).map(async file => [file.key, await readSecret(host, file)] as const),
  );
  const found = new Map(secrets);
  const [, name, value] = header.exec(found.get('notify.hook.header')?.reveal() ?? '') ?? [];
  const secret = found.get('notify.smtp.password');
  return {
    ...(secret && {password: secret}),
    ...(name !== undefined && value !== undefined && {header: [name, value]}),
  };
}

async function readSecret({files}: Host, {path, key, form, holds}: SecretFile): Promise<Secret> {
  const fault = findSecretFileFault(await files.stat(path));
  if (fault !== undefined) throw badFile(path, key, fault);
  const text = ((await files.read(path)) ?? '').replace(/\r?\n$/, '');
  if (!form.test(text)) throw badFile(path, key, `does not hold ${holds}`);
  return new Secret(text);
}

function badFile(path: string, key: string, fault: string): Problem {
  return new Problem({
    code: 'notify-secret',
    summary: `${path} (${key}) ${fault}.`,
    remedy: `Put the secret there on one line; then ${closeFile(path)}.`,
  });
}
