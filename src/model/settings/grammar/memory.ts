import type {Reading} from './reading.ts';

/** Reads an amount of memory as Java takes it: megabytes or gigabytes, from 128m to 64g. */
export function readMemory(text: string): Reading {
  const [, digits, unit] = /^([1-9]\d{0,5})([mg])$/.exec(text) ?? [];
  if (digits === undefined) return {fault: 'is not a whole number followed by m or g'};
  const megabytes = Number(digits) * (unit === 'g' ? 1024 : 1);
  if (megabytes < 128) return {fault: 'is less than 128m, too little to start'};
  return megabytes > 65_536 ? {fault: 'is more than 64g'} : {value: text};
}
