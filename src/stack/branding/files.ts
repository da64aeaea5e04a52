import type {Settings} from '../../model/settings/schema.ts';
import {findSvgFault} from './svg.ts';

export type FileKey = 'logo.file' | 'favicon' | 'background' | 'deep-linking-logo' | 'head' | 'plugin-head';
export type FileType = 'SVG' | 'PNG' | 'JPEG' | 'WebP' | 'ICO' | 'HTML';

type FileRule = {
  readonly title: string;
  /** The guide's name for it: how it is called in branding/ of the stack's directory, and where the web image looks for it. */
  readonly name: string;
  readonly types: readonly FileType[];
  /** The most bytes it may have. */
  readonly limit: number;
};

/** The files that make the pages look as their owner wants. */
export const fileRules: Readonly<Record<FileKey, FileRule>> = {
  'logo.file': {title: 'Logo', name: 'watermark.svg', types: ['SVG', 'PNG', 'JPEG', 'WebP'], limit: 1e6},
  favicon: {title: 'Favicon', name: 'favicon.ico', types: ['ICO', 'PNG'], limit: 256e3},
  background: {title: 'Background', name: 'welcome-background.png', types: ['PNG', 'JPEG', 'WebP'], limit: 5e6},
  'deep-linking-logo': {title: 'Logo for phones', name: 'logo-deep-linking.png', types: ['PNG', 'JPEG'], limit: 1e6},
  head: {title: 'Your own code (HTML)', name: 'head.html', types: ['HTML'], limit: 64e3},
  'plugin-head': {title: 'Your own code (HTML)', name: 'plugin.head.html', types: ['HTML'], limit: 64e3},
};

export const fileKeys = Object.keys(fileRules) as readonly FileKey[];

/** A file that was found good. */
export type BrandingFile = {
  readonly key: FileKey;
  readonly type: FileType;
  readonly bytes: Uint8Array;
  /** The setting or the file in branding/ that it was taken from. */
  readonly source: string;
};

/** How the pages look: texts from the settings, files, and what an earlier run wrote for it. */
export type Branding = {
  readonly settings: Settings['branding'];
  readonly files: readonly BrandingFile[];
  /** Paths that we wrote for it. */
  readonly former: readonly string[];
};

/** Returns whether anything but the client's language is set. */
export function isBranded({settings: {language: _, ...settings}, files}: Branding): boolean {
  return files.length > 0 || Object.values(settings).some(value => value !== undefined);
}

/** Judges a file's content: returns its type, or what is wrong with it, as the end of a sentence. */
export function judgeFile(key: FileKey, bytes: Uint8Array): {readonly type: FileType} | {readonly fault: string} {
  const {types, limit} = fileRules[key];
  if (bytes.length === 0) return {fault: 'is empty'};
  if (bytes.length > limit) return {fault: describeSize(bytes.length, limit)};
  const text = readText(bytes);
  if (text !== undefined && privateKey.test(text)) return {fault: 'has a private key in it'};
  const type = types.includes('HTML') ? text !== undefined && tag.test(text) && 'HTML' : findType(bytes, text);
  if (!type || !types.includes(type))
    return {fault: `is not ${types.join(', ').replace(/, (\w+)$/, ' or $1')} by its content`};
  const fault = type === 'SVG' ? findSvgFault(text ?? '') : undefined;
  return fault === undefined ? {type} : {fault};
}

const privateKey = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const tag = /<!--|<[a-z][a-z0-9-]*(?:\s[^<>]*)?>/i;

/** Exact, since sizes that differ by a byte look the same in kB. */
export const describeSize = (size: number, limit: number) =>
  `has ${size.toLocaleString('en')} bytes; the limit is ${limit.toLocaleString('en')}`;

/** The first bytes of each type, as hexadecimal digits. */
const beginnings: readonly (readonly [FileType, RegExp])[] = [
  ['PNG', /^89504e470d0a1a0a/],
  ['JPEG', /^ffd8ff/],
  ['WebP', /^52494646.{8}57454250/],
  ['ICO', /^00000100/],
];

function findType(bytes: Uint8Array, text: string | undefined): FileType | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const [type] = beginnings.find(([, pattern]) => pattern.test(start)) ?? [];
  return type ?? (text !== undefined && /<svg[\s>]/.test(text) ? 'SVG' : undefined);
}

function readText(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes);
  return buffer.toString().includes('\ufffd') || buffer.includes(0) ? undefined : buffer.toString();
}
