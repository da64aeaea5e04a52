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

/** The URI of the account that orders: null for one that is yet to be made, undefined if it is not known. */
export type AccountUri = string | null | undefined;

/** Returns whether CAA records let an authority issue for a name after a challenge on port 80 (RFC 8659, RFC 8657). */
export function permitsIssue(records: readonly CaaRecord[], authority: string, account?: AccountUri): boolean {
  if (records.some(({tag, isCritical}) => isCritical && !knownTags.includes(tag))) return false;
  const issuers = records.filter(({tag}) => tag === 'issue').map(({value}) => readIssue(value));
  const permitsAccount = (uri: string | undefined) => uri === undefined || account === undefined || uri === account;
  return (
    issuers.length === 0 ||
    issuers.some(each => each.issuer === authority && each.permitsHttp && permitsAccount(each.account))
  );
}

/** Reads `ISSUER; name=value; …`. An empty issuer is nobody. */
function readIssue(value: string): {readonly issuer: string; readonly permitsHttp: boolean; readonly account?: string} {
  const [issuer = '', ...parameters] = value.split(';').map(part => part.trim());
  const find = (name: RegExp) =>
    parameters
      .find(each => name.test(each))
      ?.replace(name, '')
      .trim();
  const methods = find(/^validationmethods\s*=/i)?.toLowerCase();
  // A path of a URI may have capitals.
  const account = find(/^accounturi\s*=/i);
  return {
    issuer: issuer.toLowerCase(),
    permitsHttp: methods === undefined || methods.split(',').some(each => each.trim() === 'http-01'),
    ...(account !== undefined && {account}),
  };
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
