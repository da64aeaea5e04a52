import {readDomain} from './domain.ts';
import type {Reading} from './reading.ts';

const atoms = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Reads an e-mail address in the form that certificate authorities accept. */
export function readEmail(text: string): Reading {
  const at = text.lastIndexOf('@');
  if (at < 1) return {fault: 'is not an e-mail address: there is nothing before an @'};
  const local = text.slice(0, at);
  if (local.length > 64) return {fault: 'has more than 64 characters before the @'};
  if (!atoms.test(local)) return {fault: `has "${local}" before the @, which mail systems do not carry unquoted`};
  const domain = readDomain(text.slice(at + 1));
  return 'fault' in domain
    ? {fault: `has a part after the @ that ${domain.fault}`}
    : {value: `${local}@${domain.value}`};
}
