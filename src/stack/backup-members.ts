import {posix} from 'node:path';
import {isWithin} from '../model/within.ts';
import type {BackupParts} from './backup.ts';
import {composeNames, overrideNames, ownDirectory, programDirectory} from './names.ts';

/** A member of an archive, as tar lists it. */
export type Member = {
  /** Without a slash at either end. */
  readonly name: string;
  /** `-` file, `d` directory, `l` link, `h` the same file as an earlier member, or another letter. */
  readonly type: string;
  /** The permissions, as `ls` shows them: `rw-r--r--`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** What a link leads to, and the earlier member. */
  readonly target?: string | undefined;
};

type Verdict = {readonly word: 'take' | 'skip'} | {readonly word: 'leave' | 'refuse'; readonly why: string};

const take: Verdict = {word: 'take'};
const refuse = (why: string): Verdict => ({word: 'refuse', why});
const leave = (why: string): Verdict => ({word: 'leave', why});

/** A member that is not restored, and the reason. */
export type LeftOut = {readonly name: string; readonly why: string};

/** What a restore does with the members of an archive: it uses none of them if one is refused. */
export type Judged = {
  readonly taken: readonly Member[];
  readonly leftOut: readonly LeftOut[];
  readonly refused: LeftOut | undefined;
};

/**
 * Judges the members of an archive. The settings in it name paths, and whoever made it may have chosen them: a member is used only
 * where no program runs it or reads it as its configuration.
 */
export function judgeMembers(members: readonly Member[], parts: BackupParts): Judged {
  const names = Map.groupBy(members.filter(isNoEcho), ({name}) => name);
  const judged = members.map(member => ({member, verdict: judgeMember(member, parts, names)}));
  const list = (word: Verdict['word']): readonly LeftOut[] =>
    judged.flatMap(({member: {name}, verdict}) =>
      verdict.word === word && 'why' in verdict ? [{name, why: verdict.why}] : [],
    );
  return {
    taken: judged.filter(({verdict}) => verdict.word === 'take').map(({member}) => member),
    leftOut: list('leave'),
    refused: list('refuse')[0],
  };
}

/** Returns false for a file that an archive has again because two settings name it. */
const isNoEcho = ({type, name, target}: Member) => !(type === 'h' && target === name);

type Names = ReadonlyMap<string, readonly Member[]>;

function judgeMember(member: Member, parts: BackupParts, names: Names): Verdict {
  const {name, type} = member;
  const path = `/${name}`;
  const fault = findFault(member, names);
  if (fault !== undefined) return refuse(fault);
  if (!isNoEcho(member)) return {word: 'skip'};
  if (parts.named.includes(path)) return judgeNamed(path, member, parts);
  if (type !== 'l' && isWithin(path, '/etc') && isOpen(member)) return refuse('could be changed by others than root');
  if (name.includes('\uFFFD')) return leave('its name is not in UTF-8');
  if (type === 'd') return judgeDirectory(path, parts);
  if (parts.trees.some(tree => isWithin(path, tree))) return judgeBelow(member, parts, names);
  const archive = parts.links.get(posix.dirname(path));
  if (archive !== undefined) return judgeLive(path, member, archive);
  if (![...parts.files, ...parts.renewals].includes(path)) return refuse('is no part of a backup');
  return type === '-' ? take : refuse('is no file of its own');
}

/** Finds what no member of a backup has, wherever it is. */
function findFault({name, type, mode}: Member, names: Names): string | undefined {
  if (name.split('/').some(part => ['', '.', '..'].includes(part))) return 'is no part of a backup';
  if (!'-dlh'.includes(type)) return 'is neither a file, a directory nor a link';
  if (type !== 'd' && /[st]/i.test(mode)) return 'has one of the bits setuid, setgid and sticky';
  const same = names.get(name) ?? [];
  return same.length > 1 && same.some(each => each.type !== 'd') ? 'is there twice' : undefined;
}

function isOpen({mode, uid, gid}: Member): boolean {
  return uid !== 0 || mode[7] === 'w' || (mode[4] === 'w' && gid !== 0);
}

/** Takes the directories of a backup, and those above them. */
function judgeDirectory(path: string, {stack, files, trees, links, renewals, named}: BackupParts): Verdict {
  const isAbove = (each: string) => each.startsWith(`${path}/`);
  const isOwn = links.has(path) || trees.some(tree => isWithin(path, tree));
  if (isOwn || [...files, ...trees, ...links.keys(), ...renewals].some(isAbove)) return take;
  const above = named.filter(isAbove);
  if (above.length === 0) return refuse('is no part of a backup');
  return above.some(each => findRisk(each, stack) === undefined) ? take : {word: 'skip'};
}

function judgeBelow({type, target = ''}: Member, {trees}: BackupParts, names: Names): Verdict {
  if (type === '-') return take;
  // Only files of this archive: a hard link to another one would give it away.
  const isInside = names.get(target)?.[0]?.type === '-' && trees.some(tree => isWithin(`/${target}`, tree));
  return type === 'h' && isInside ? take : leave('it is a link');
}

function judgeLive(path: string, {type, target = ''}: Member, archive: string): Verdict {
  if (type === '-') return take;
  const leadsTo = posix.resolve(posix.dirname(path), target);
  return type === 'l' && posix.dirname(leadsTo) === archive ? take : leave('it is no link of certbot');
}

function judgeNamed(path: string, {type}: Member, {stack}: BackupParts): Verdict {
  if (type === 'd') return refuse('is a directory in the place of a file');
  const risk = type === '-' ? findRisk(path, stack) : 'it is a link';
  return risk === undefined ? take : leave(risk);
}

/** Below these, the files that settings name are at home. */
const homes = ['/root', '/home', '/srv', '/opt', ownDirectory] as const;
/** Files that programs read or run because of their place have other endings, or are in other directories. */
const endings = /^[^.]+$|\.(?:svg|png|jpe?g|webp|ico|html?|css|txt|key|secret|password|token|header)$/i;
const programPart = /^\.|^(?:s?bin|lib|lib64|libexec)$/;

/** Returns why a file at a path that somebody else chose could do harm, even if nobody asks for it. */
function findRisk(path: string, stack: string): string | undefined {
  const parts = path.slice(1).split('/');
  const name = parts.at(-1) ?? '';
  const isAtHome = [...homes, stack].some(home => isWithin(path, home)) && !isWithin(path, programDirectory);
  if (!isAtHome) return `only files below ${homes.join(', ')} and the stack's directory are restored`;
  if (parts.some(part => programPart.test(part))) return 'programs look for their files there';
  if (isWithin(path, stack) && posix.dirname(path) !== stack) return "it is among the stack's own files";
  const isCompose = [...composeNames, ...overrideNames].some(each => each === name);
  return isCompose || !endings.test(name) ? 'a program may read a file with such a name as its own' : undefined;
}
