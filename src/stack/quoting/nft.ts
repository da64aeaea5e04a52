import {demandQuotable} from './unquotable.ts';

/** Writes an address, a network or a hexadecimal digest into an nftables file, which has no way to quote any of them. */
export function quoteNft(value: string): string {
  const stranger = {pattern: /^$|[^0-9a-f.:/]/, reason: 'something that is neither an address nor a digest'};
  demandQuotable({language: 'an nftables file', value, refusals: [stranger]});
  return value;
}
