import ipaddr from 'ipaddr.js';
import {readDomain} from './domain.ts';
import type {Reading} from './reading.ts';

/** Reads a server as `host:port`; the host is a name or an IPv4 address. */
export function readEndpoint(text: string): Reading {
  const [, host, port] = /^([^:]+):([1-9]\d{0,4})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) return {fault: 'is not a name and a port with a colon between'};
  const name = ipaddr.IPv4.isValidFourPartDecimal(host) ? {value: host} : readDomain(host);
  return 'fault' in name ? {fault: `has a host that ${name.fault}`} : {value: `${name.value}:${port}`};
}

/** Reads an https URL without a user, a fragment or anything that would have to be escaped. */
export function readHttpsUrl(text: string): Reading {
  const url = URL.parse(text);
  if (url === null) return {fault: 'is not a URL'};
  if (url.protocol !== 'https:') return {fault: 'does not start with https://'};
  if (url.username !== '' || url.password !== '') return {fault: 'contains a user or password'};
  if (!/^[A-Za-z0-9:/?&=._~%+-]+$/.test(text)) return {fault: 'has characters that a URL carries only in escaped form'};
  const host = ipaddr.IPv4.isValidFourPartDecimal(url.hostname) ? {value: url.hostname} : readDomain(url.hostname);
  return 'fault' in host ? {fault: `has a host that ${host.fault}`} : {value: url.href};
}
