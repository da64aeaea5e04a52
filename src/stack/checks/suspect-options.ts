import type {CheckCode} from '../../model/catalogue.ts';
import type {Check} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';

type Suspect = {readonly values: RegExp; readonly codes: readonly CheckCode[]};

/** The options with which a server does what it was told, and the test call fails. */
const suspects: Readonly<Record<string, Suspect>> = {
  // Three participants meet, from one address.
  MAX_PARTICIPANTS: {values: /^[0-2]$/, codes: ['conference']},
  PROSODY_ENABLE_RATE_LIMITS: {values: /^(1|t|true)$/i, codes: ['xmpp-login', 'conference']},
  // The relay reaches the bridge only at its private address.
  JVB_ADVERTISE_PRIVATE_CANDIDATES: {values: /^(0|f|false)$/i, codes: ['turn-relay', 'media-relay']},
};

/** Names in the evidence of a failed check the options that may explain it. */
export function nameOptions(check: Check, {options}: Pick<Blueprint, 'options'>): Check {
  const given = Object.entries(Object.assign({}, ...Object.values(options)) as Readonly<Record<string, string>>);
  const named = given.filter(([name, value]) => {
    const suspect = suspects[name];
    return suspect?.codes.includes(check.code) && suspect.values.test(value);
  });
  if (named.length === 0) return check;
  const reason = `possible reason: ${named.map(([name, value]) => `the option ${name}=${value}`).join(', ')}`;
  return {
    ...check,
    async run(context) {
      const proof = await check.run(context);
      if (proof.state !== 'failed') return proof;
      return {...proof, evidence: [proof.evidence, reason].filter(Boolean).join('; ')};
    },
  };
}
