import {type CheckCode, entryOf, titleOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding, Proof} from '../../model/check.ts';

/** Shows a fault that no part which is still starting explains. */
export class CertainFault extends Error {}

/** Shows that a proof needs an account or a token, which another machine does not have. That is no fault of the server. */
export class NotFromHere extends Error {}

/** Makes a check of a proof. A returned text is good news; a thrown error is the evidence of a failure. */
export function check(
  code: CheckCode,
  prove: (context: CheckContext) => Promise<string | Proof>,
  {after = [], wrong = entryOf(code).meaning}: {after?: readonly CheckCode[]; wrong?: string} = {},
): Check {
  return {
    code,
    after,
    async run(context) {
      try {
        const proof = await prove(context);
        return typeof proof === 'string' ? {state: 'ok', summary: proof} : proof;
      } catch (error) {
        context.signal.throwIfAborted();
        if (error instanceof NotFromHere) return reportNotFromHere(code, error);
        const failed = {state: 'failed', evidence: describeReason(error), remedy: entryOf(code).remedy} as const;
        return {...failed, summary: wrong, ...(error instanceof CertainFault && {isCertain: true})};
      }
    },
  };
}

function reportNotFromHere(code: CheckCode, {message}: NotFromHere): Finding {
  return {
    state: 'warning',
    summary: `${titleOf(code)}: not tried from here.`,
    evidence: message,
    remedy: 'Run `sudo jitsi-onebox doctor` on the host: it tries it there.',
  };
}

/** Reports good news with its evidence. */
export function ok(summary: string, evidence: string): Finding {
  return {state: 'ok', summary, evidence};
}

/** Describes in one line why something went wrong. */
export function describeReason(error: unknown): string {
  // If a name has several addresses, Node tries all of them, and its own message is empty.
  const reason = error instanceof AggregateError ? error.errors[0] : error;
  return reason instanceof Error ? reason.message : String(reason);
}
