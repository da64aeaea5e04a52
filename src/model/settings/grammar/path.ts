import {basename} from 'node:path';
import type {Reading} from './reading.ts';

// Directories whose owner or mode must never become the stack's.
const system = /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|proc|run|sbin|sys|tmp|usr)(?:\/|$)/;

/** Reads the absolute path of a directory that is the stack's own; its last part names the compose project. */
export function readDirectory(text: string): Reading {
  if (!text.startsWith('/')) return {fault: 'is not an absolute path: it has to start with /'};
  if (text.length > 200) return {fault: 'is longer than 200 characters'};
  if (text.endsWith('/') || text.includes('//')) return {fault: 'has a / too many'};
  if (/\/\.{1,2}(?:\/|$)/.test(text)) return {fault: 'has a part that is . or ..'};
  if (!/^[A-Za-z0-9/._-]+$/.test(text)) return {fault: 'has other characters than letters, digits and / . _ -'};
  if (system.test(text)) return {fault: 'lies in a directory that belongs to the system'};
  if (text.lastIndexOf('/') === 0) return {fault: 'stands right below /; a directory below that is needed'};
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(basename(text)))
    return {fault: `ends with "${basename(text)}", which cannot name a compose project (a-z, 0-9, _ and -)`};
  return {value: text};
}
