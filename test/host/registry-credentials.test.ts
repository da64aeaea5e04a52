import {mkdir, mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readCredentials} from '../../src/host/registry-credentials.ts';

async function home(config: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'onebox-'));
  await mkdir(join(directory, '.docker'));
  await writeFile(join(directory, '.docker/config.json'), config);
  return directory;
}

test('the credentials of `docker login` are those of the registry that is asked', async () => {
  const auth = Buffer.from('ada:pass:word').toString('base64');
  const config = JSON.stringify({auths: {'ghcr.io': {auth}, 'https://index.docker.io/v1/': {auth}}});
  const at = await home(config);
  expect(await readCredentials('ghcr.io', at)).toEqual({
    username: 'ada',
    password: 'pass:word',
    serveraddress: 'ghcr.io',
  });
  expect(await readCredentials('registry-1.docker.io', at)).toMatchObject({username: 'ada'});
  expect(await readCredentials('example.org', at)).toBeUndefined();
});

test('there are none without a file, in a broken one, or in the store of a helper', async () => {
  expect(await readCredentials('ghcr.io', '/nowhere')).toBeUndefined();
  expect(await readCredentials('ghcr.io', await home('{'))).toBeUndefined();
  expect(await readCredentials('ghcr.io', await home('{"auths":{"ghcr.io":{}},"credsStore":"pass"}'))).toBeUndefined();
});
