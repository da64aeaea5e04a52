import type {Command, FileAttributes, Host} from '../model/host.ts';
import type {Place} from '../model/place.ts';
import {Problem} from '../model/problem.ts';
import type {Difference, Resource} from '../model/resource.ts';
import {Secret} from '../model/secret.ts';

/** Root's own, readable by all: what most configuration files are. */
export const publicFile: FileAttributes = {mode: 0o644, uid: 0, gid: 0};

export type FileOptions = {
  readonly path: string;
  readonly title: string;
  readonly place: Place;
  /** A Secret never shows in a plan: only that it changes. */
  readonly content: string | Secret;
  readonly attributes?: FileAttributes;
  readonly needs?: readonly string[];
  /** Asks whether the program that reads the file accepts it; the old content is put back when it does not. */
  readonly validate?: Validation;
  /** Throws a Problem when what stands there belongs to somebody else. */
  readonly guard?: (current: string, host: Host) => Promise<void>;
};

export type Validation = {
  readonly command: Command;
  /** Finds fault with output of a command that exits 0 all the same. */
  readonly complaint?: (output: string) => string | undefined;
};

export type FileContent = {readonly text: string; readonly attributes: FileAttributes} | undefined;

/** The id under which others name a file they need. */
export const fileId = (path: string) => `file:${path}`;

/** A file with this very content, mode and owner. */
export function file(options: FileOptions): Resource<FileContent> {
  const {path, content, attributes = publicFile, validate, guard} = options;
  const isSecret = content instanceof Secret;
  const text = isSecret ? content.reveal() : content;
  return {
    id: fileId(path),
    title: options.title,
    place: options.place,
    kind: 'file',
    needs: options.needs ?? [],
    locks: [],
    async read(host) {
      const current = await readFile(host, path);
      if (current && current.text !== text) await guard?.(current.text, host);
      return current;
    },
    diff: current => compare({path, text, attributes, isSecret}, current),
    async apply({host}, before, differences) {
      if (!differences.some(difference => difference.content)) return host.files.setAttributes(path, attributes);
      await host.files.write(path, text, attributes);
      if (validate) await validateOrRestore({host, path, before, validate});
    },
  };
}

/** No file at this path. */
export function absentFile({
  path,
  title,
  place,
  needs = [],
}: Pick<FileOptions, 'path' | 'title' | 'place' | 'needs'>): Resource<boolean> {
  return {
    id: fileId(path),
    title,
    place,
    kind: 'file',
    needs,
    locks: [],
    read: async host => (await host.files.stat(path)) !== undefined,
    diff: exists => (exists ? [{change: 'remove', summary: `remove ${path}`, content: true}] : []),
    apply: ({host}) => host.files.remove(path),
  };
}

async function readFile(host: Host, path: string): Promise<FileContent> {
  const state = await host.files.stat(path);
  if (!state) return undefined;
  if (state.type !== 'file') {
    throw new Problem({
      code: 'path-taken',
      summary: `${path} is a ${state.type}, where a file of ours belongs.`,
      remedy: 'Move it away and run jitsi-onebox again.',
    });
  }
  return {text: (await host.files.read(path)) ?? '', attributes: {mode: state.mode, uid: state.uid, gid: state.gid}};
}

type Wanted = {path: string; text: string; attributes: FileAttributes; isSecret: boolean};

function compare({path, text, attributes, isSecret}: Wanted, current: FileContent): readonly Difference[] {
  const shown = isSecret ? {secret: true} : {text: {before: current?.text ?? '', after: text}};
  if (!current) return [{change: 'create', summary: `write ${path}`, content: true, ...shown}];
  return [
    ...(current.text === text ? [] : [{change: 'update' as const, summary: `change ${path}`, content: true, ...shown}]),
    ...compareAttributes(path, attributes, current.attributes),
  ];
}

/** How mode and owner differ from what they should be. */
export function compareAttributes(
  path: string,
  wanted: FileAttributes,
  current: FileAttributes,
): readonly Difference[] {
  const octal = (mode: number) => mode.toString(8).padStart(4, '0');
  const summaries = [
    current.mode !== wanted.mode && `mode of ${path}: ${octal(current.mode)} → ${octal(wanted.mode)}`,
    (current.uid !== wanted.uid || current.gid !== wanted.gid) &&
      `owner of ${path}: ${current.uid}:${current.gid} → ${wanted.uid}:${wanted.gid}`,
  ];
  return summaries.filter(summary => summary !== false).map(summary => ({change: 'update', summary}));
}

type Written = {host: Host; path: string; before: FileContent; validate: Validation};

async function validateOrRestore({host, path, before, validate}: Written): Promise<void> {
  const complaint = await complain(host, validate);
  if (complaint === undefined) return;
  if (before) await host.files.write(path, before.text, before.attributes);
  else await host.files.remove(path);
  throw new Problem({
    code: 'configuration-refused',
    summary: `${validate.command.argv.join(' ')} refuses the new ${path}, so the old one was put back:\n${complaint}`,
    remedy: 'If the complaint is about a file of your own, put that right first; then run jitsi-onebox again.',
  });
}

/** What a validation finds wrong with the files as they are now; undefined when nothing. */
export async function complain(host: Host, {command, complaint}: Validation): Promise<string | undefined> {
  const {exitCode, stdout, stderr} = await host.query(command);
  const output = `${stdout}${stderr}`.trim();
  return exitCode === 0 ? complaint?.(output) : output || `exit code ${exitCode}`;
}
