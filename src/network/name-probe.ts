import {Resolver} from 'node:dns/promises';
import type {Probed} from '../model/question.ts';

/** Finds out where a name leads, in both families; a name that does not exist leads nowhere. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** Asks the DNS of this machine. */
export const lookUpName: LookUp = async name => {
  const resolver = new Resolver({timeout: 2000, tries: 2});
  const answers = await Promise.all([resolver.resolve4(name).catch(missing), resolver.resolve6(name).catch(missing)]);
  return answers.flat();
};

/** Tells whether a name leads to the public address of this machine, and nowhere else. */
export async function probeName(name: string, address: string, lookUp: LookUp = lookUpName): Promise<Probed> {
  const found = await lookUp(name).catch(error => (error instanceof Error ? error : new Error(String(error))));
  if (found instanceof Error) return bad(`Where ${name} leads could not be looked up (${found.message}).`);
  if (found.length === 0) return bad(`${name} has no DNS entry yet: let it lead to ${address}.`);
  const others = found.filter(each => each !== address);
  if (others.length === 0) return {isGood: true, text: `${name} leads to ${address}, as it should.`};
  const strays = others.join(', ');
  if (!found.includes(address)) return bad(`${name} leads to ${strays}; the public address here is ${address}.`);
  return bad(`${name} leads here, but also to ${strays}: some participants would end up there.`);
}

function bad(text: string): Probed {
  return {isGood: false, text: `${text} You may go on meanwhile.`};
}

/** No such name, or none of this family, is an answer; anything else is not. */
function missing(error: unknown): readonly string[] {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA')) return [];
  throw error;
}
