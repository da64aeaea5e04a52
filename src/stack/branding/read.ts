import {basename} from 'node:path';
import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import type {Settings} from '../../model/settings/schema.ts';
import {isWrittenByUs} from '../names.ts';
import {findOpenParent} from '../stack-directory.ts';
import {type Branding, type BrandingFile, describeSize, type FileKey, fileKeys, fileRules, judgeFile} from './files.ts';
import {isOwnScript, isStored, pathsOf} from './paths.ts';

export type FoundBranding = Branding & {readonly problems: readonly Problem[]};

/** No branding at all. */
export const noBranding: FoundBranding = {settings: {}, files: [], former: [], problems: []};

type Source = {readonly key: FileKey; readonly path: string; readonly source: string};

/** Reads the files that the settings name, or else those in branding/ of the stack's directory, and judges each. */
export async function readBranding(host: Host, {branding, stack}: Settings): Promise<FoundBranding> {
  const sources = await Promise.all(fileKeys.map(key => findSource(host, key, {branding, stack})));
  const found = await Promise.all(sources.flatMap(source => (source ? [readSource(host, source)] : [])));
  return {
    settings: branding,
    files: found.filter((each): each is BrandingFile => !(each instanceof Problem)),
    former: await findFormer(host, stack.directory),
    problems: found.filter((each): each is Problem => each instanceof Problem),
  };
}

async function findSource(
  {files}: Host,
  key: FileKey,
  {branding, stack}: Pick<Settings, 'branding' | 'stack'>,
): Promise<Source | undefined> {
  const path = branding[key];
  if (path !== undefined) return {key, path, source: `the setting branding.${key}`};
  const {name} = fileRules[key];
  const dropped = `${stack.directory}/branding/${name}`;
  // Only root sees what is in there; for others the plan says what it could not read.
  const stat = await files.stat(dropped).catch(() => undefined);
  return stat && {key, path: dropped, source: `branding/${name}`};
}

async function readSource(host: Host, {key, path, source}: Source): Promise<BrandingFile | Problem> {
  const {files} = host;
  const {limit, types} = fileRules[key];
  const refuse = (fault: string) => badFile(path, source, fault);
  try {
    // A picture is known by its bytes, but most texts would pass for HTML, and everybody could read them on the pages.
    const exposure = types.includes('HTML') ? await findExposure(host, path) : undefined;
    if (exposure !== undefined) return exposedFile(path, source, exposure);
    const target = await files.resolve(path);
    const stat = target === undefined ? undefined : await files.stat(target);
    if (!stat) return refuse('is not there');
    if (stat.type !== 'file') return refuse('is not a file');
    if (stat.size > limit) return refuse(describeSize(stat.size, limit));
    const bytes = (await files.readBytes(path)) ?? new Uint8Array();
    const judged = judgeFile(key, bytes);
    return 'fault' in judged ? refuse(judged.fault) : {key, source, bytes, type: judged.type};
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      return refuse('can only be read with sudo');
    throw error;
  }
}

/** Finds the reason why somebody else than root decides on what is read at a path. */
async function findExposure(host: Host, path: string): Promise<string | undefined> {
  const parent = await findOpenParent(host, path);
  if (parent !== undefined) return parent;
  const state = await host.files.stat(path);
  if (state === undefined) return undefined;
  const {type, uid, gid, mode} = state;
  if (type === 'link') return `it is a link to ${await host.files.readLink(path)}`;
  if (uid !== 0) return `it belongs to the user with number ${uid}, not to root`;
  const isOpen = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
  return isOpen ? `others than root may write it: its mode is ${mode.toString(8)}` : undefined;
}

function exposedFile(path: string, source: string, reason: string): Problem {
  const isNamed = source.startsWith('the setting');
  const safe = `/root/${basename(path)}`;
  return new Problem({
    code: 'branding-file',
    summary: `${path} is no safe place for HTML of the pages: ${reason}.`,
    why: 'Everybody can read on the pages what is there, also if a user of this host replaces it with a link to a secret.',
    remedy: isNamed
      ? `See what it holds. Then \`sudo install -m 644 ${path} ${safe}\`, and change ${source} to ${safe}.`
      : `Put a copy of root there: \`sudo install -m 644 FILE ${path}\`.`,
  });
}

function badFile(path: string, source: string, fault: string): Problem {
  const remedy = source.startsWith('the setting')
    ? `Put another file there, or change ${source}.`
    : 'Put another file there, or remove it.';
  return new Problem({code: 'branding-file', summary: `${path} ${fault}.`, remedy});
}

/** Finds the files of an earlier run: those that are no longer wanted have to go. */
async function findFormer({files}: Host, directory: string): Promise<readonly string[]> {
  const {stored, locations, script} = pathsOf(directory);
  const nothing = () => undefined;
  const [names, conf, text] = await Promise.all([
    files.list(stored).catch(nothing),
    files.read(locations).catch(nothing),
    files.read(script).catch(nothing),
  ]);
  return [
    ...(names ?? []).filter(isStored).map(name => `${stored}/${name}`),
    ...(conf !== undefined && isWrittenByUs(conf) ? [locations] : []),
    ...(text !== undefined && isOwnScript(text) ? [script] : []),
  ];
}
