import {Resolver} from 'node:dns/promises';
import {type Fact, type FactValues, known} from '../model/facts.ts';

/** Words that providers give to addresses for a time, and words for those that stay. */
const passing =
  /(?:^|[.\d_-])(?:a|v|x)?(?:dyn(?:amic)?|dsl|dip|dip0|dhcp|pool|pools|ppp|pppoe|dial|dialup|cable|broadband|mobile|lte)(?=[.\d_-]|$)/i;
const lasting = /(?:^|[.\d_-])(?:static|stat|server|srv|vps|host|hosting|colo|dedicated|fixed|fix)(?=[.\d_-]|$)/i;

/** Returns whether the name of an address looks like one that is given out for a time. Only the words count, so it is a guess. */
export function looksDynamic(name: string): boolean {
  return passing.test(name) && !lasting.test(name);
}

/** Finds the name of an address in the DNS. */
export async function findAddressName(
  address: string,
  reverse: (address: string) => Promise<readonly string[]> = lookUp,
): Promise<Fact<FactValues['addressName']>> {
  const [name] = await reverse(address).catch(() => []);
  const source = `reverse DNS of ${address}`;
  return name === undefined
    ? known({name: null, isDynamic: false}, source)
    : known({name, isDynamic: looksDynamic(name)}, source);
}

function lookUp(address: string): Promise<readonly string[]> {
  return new Resolver({timeout: 1000, tries: 2}).reverse(address);
}
