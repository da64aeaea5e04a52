import {domainToASCII} from 'node:url';
import ipaddr from 'ipaddr.js';
import type {Reading} from './reading.ts';

const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Reads a fully qualified host name, international ones too, into its lower-case ASCII form. */
export function readDomain(text: string): Reading {
  const clash = [...text].find(character => !/\p{L}|\p{M}|\p{N}|[.。-]/u.test(character));
  if (text === '') return {fault: 'is empty'};
  if (ipaddr.isValid(text)) return {fault: 'is an address, not a name'};
  if (text.includes('://')) return {fault: 'is a URL; leave out what stands before and after the name'};
  if (text.startsWith('*.')) return {fault: 'is a wildcard; a certificate is asked for one name'};
  if (clash !== undefined) return {fault: `contains ${JSON.stringify(clash)}, which no name may contain`};
  if (text.endsWith('.')) return {fault: 'ends with a dot; leave it out'};
  return readName(domainToASCII(text));
}

// What node:url hands back may still be an address (it reads 0x7f.1 as one) or have labels that DNS or certificates refuse.
function readName(name: string): Reading {
  const labels = name.split('.');
  const bad = labels.find(part => !label.test(part) || isReserved(part));
  if (name === '') return {fault: 'is not a name that DNS can carry'};
  if (name.length > 253) return {fault: 'is longer than the 253 characters DNS allows'};
  if (labels.length < 2) return {fault: 'is only one word; the full name with its domain is needed'};
  if (/^\d+$/.test(labels.at(-1) ?? '')) return {fault: 'ends with a number, as an address does'};
  if (bad === '') return {fault: 'has two dots in a row or starts with one'};
  if (bad !== undefined) return {fault: `has the part "${bad}"; letters, digits and hyphens inside are allowed there`};
  if (labels.some(part => part.length > 63)) return {fault: 'has a part of more than 63 characters'};
  return {value: name};
}

// RFC 5891: two hyphens in the third and fourth place belong to encoded names alone.
function isReserved(part: string): boolean {
  return part.slice(2, 4) === '--' && !part.startsWith('xn--');
}
