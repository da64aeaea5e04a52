import type {CaaRecord} from '../model/machine.ts';

/** The properties of RFC 8659, and those that authorities have added. */
const knownTags: readonly string[] = [
  'issue',
  'issuewild',
  'iodef',
  'contactemail',
  'contactphone',
  'issuemail',
  'issuevmc',
];

/** Returns whether CAA records let an authority issue for a name after a challenge on port 80 (RFC 8659, RFC 8657). */
export function permitsIssue(records: readonly CaaRecord[], authority: string): boolean {
  if (records.some(({tag, isCritical}) => isCritical && !knownTags.includes(tag))) return false;
  const issuers = records.filter(({tag}) => tag === 'issue').map(({value}) => readIssue(value));
  return issuers.length === 0 || issuers.some(each => each.issuer === authority && each.permitsHttp);
}

/** Reads `ISSUER; name=value; …`. An empty issuer is nobody. */
function readIssue(value: string): {readonly issuer: string; readonly permitsHttp: boolean} {
  const [issuer = '', ...parameters] = value.split(';').map(part => part.trim().toLowerCase());
  const methods = parameters.find(each => /^validationmethods\s*=/.test(each))?.split('=')[1];
  return {issuer, permitsHttp: methods === undefined || methods.split(',').some(each => each.trim() === 'http-01')};
}

/**
 * Returns the name by which CAA records call an authority, from the URL of its ACME directory: its own domain. ZeroSSL issues
 * under the name of another company.
 */
export function nameOfAuthority(directory: string): string {
  const {hostname} = new URL(directory);
  const domain = hostname.split('.').slice(-2).join('.');
  return domain === 'zerossl.com' ? 'sectigo.com' : domain;
}
