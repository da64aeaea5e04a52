import * as v from 'valibot';
import {dockerHub, registryOf, repositoryOf} from '../model/host.ts';
import type {ImageLayer} from '../model/machine.ts';
import {fetchPage, type HttpAnswer} from './http.ts';

const manifest = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    layers: v.optional(v.array(v.object({digest: v.string(), size: v.pipe(v.number(), v.minValue(0))}))),
    manifests: v.optional(
      v.array(
        v.object({
          digest: v.string(),
          platform: v.optional(v.object({os: v.string(), architecture: v.string(), variant: v.optional(v.string())})),
        }),
      ),
    ),
  }),
);

const types = ['application/vnd.oci.image', 'application/vnd.docker.distribution'].flatMap(family =>
  family.includes('oci')
    ? [`${family}.index.v1+json`, `${family}.manifest.v1+json`]
    : [`${family}.manifest.list.v2+json`, `${family}.manifest.v2+json`],
);

/** What `docker login` left for a registry. */
type Login = {readonly username: string; readonly password: string};

type Options = {readonly ask?: typeof fetchPage; readonly architecture?: string; readonly login?: Login | undefined};

/**
 * Reads the layers of an image from its registry, with an account only where there is one. Source: OCI Distribution Specification 1.1, and the tokens of
 * the Docker Registry for registries that ask for one.
 */
export async function readLayers(
  image: string,
  signal: AbortSignal,
  {ask = fetchPage, architecture = process.arch === 'x64' ? 'amd64' : process.arch, login}: Options = {},
): Promise<readonly ImageLayer[]> {
  const {base, repository, reference} = locate(image);
  const read = async (which: string) => {
    const url = `${base}/v2/${repository}/manifests/${which}`;
    const headers = {accept: types.join(', ')};
    const first = await ask(url, {headers, signal});
    if (first.status !== 401) return parse(url, first);
    const authorization = await authorize(first.headers['www-authenticate'] ?? '', {ask, signal, login});
    return parse(url, await ask(url, {headers: {...headers, authorization}, signal}));
  };
  const found = await read(reference);
  if (found.layers) return found.layers;
  const own = found.manifests?.find(({platform}) => platform?.os === 'linux' && platform.architecture === architecture);
  const layers = own && (await read(own.digest)).layers;
  if (!layers) throw new Error(`${image} has no layers for ${architecture}`);
  return layers;
}

function locate(image: string) {
  const full = repositoryOf(image);
  const registry = registryOf(image);
  const path = full.startsWith(`${registry}/`) ? full.slice(registry.length + 1) : full.replace(/^docker\.io\//, '');
  const repository = registry === dockerHub && !path.includes('/') ? `library/${path}` : path;
  const [, digest] = image.split('@');
  return {base: `https://${registry}`, repository, reference: digest ?? (image.slice(full.length + 1) || 'latest')};
}

function parse(url: string, {status, body}: HttpAnswer) {
  if (status !== 200) throw new Error(`${url} answers ${status}`);
  return v.parse(manifest, body);
}

type Asking = Pick<Options, 'login'> & {readonly ask: typeof fetchPage; readonly signal: AbortSignal};

/** Answers a challenge: with the login, or with a token that a server gives to its owner, or to readers without an account. */
async function authorize(challenge: string, {ask, signal, login}: Asking): Promise<string> {
  const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  if (/^Basic /i.test(challenge) && basic !== undefined) return basic;
  const parts = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const realm = parts.get('realm') ?? '';
  if (!/^Bearer /i.test(challenge) || !realm.startsWith('https://')) throw new Error('the registry wants a login');
  const url = new URL(realm);
  for (const name of ['service', 'scope']) if (parts.has(name)) url.searchParams.set(name, parts.get(name) ?? '');
  const {body} = await ask(String(url), {...(basic !== undefined && {headers: {authorization: basic}}), signal});
  const {token, access_token: other} = v.parse(tokens, body);
  return `Bearer ${token ?? other ?? ''}`;
}

const tokens = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({token: v.optional(v.string()), access_token: v.optional(v.string())}),
);
