import {type CheckCode, titleOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding} from '../../model/check.ts';

export type Proof = {
  readonly code: CheckCode;
  /** What the owner is told when the proof fails; the reason follows as evidence. */
  readonly wrong: string;
  readonly remedy: string;
  /** Proves it: what is returned is good news, what is thrown is the reason why it failed. */
  prove(context: CheckContext): Promise<string | Finding>;
};

/** The check that fails when its proof does, and is unknown when another check's failure keeps it from being tried. */
export function check({code, wrong, remedy, prove}: Proof): Check {
  return {
    code,
    async run(context) {
      try {
        const told = await prove(context);
        return typeof told === 'string' ? {state: 'ok', summary: told} : told;
      } catch (error) {
        context.signal.throwIfAborted();
        if (error instanceof NotTried) return tellNotTried(code, error.cause);
        return {state: 'failed', summary: wrong, evidence: describeReason(error), remedy};
      }
    },
  };
}

/** Good news with what shows it. */
export function ok(summary: string, evidence: string): Finding {
  return {state: 'ok', summary, evidence};
}

/** Why something went wrong, in a line. */
export function describeReason(error: unknown): string {
  // Where a name has several addresses, Node tries all and says nothing itself.
  const reason = error instanceof AggregateError ? error.errors[0] : error;
  return reason instanceof Error ? reason.message : String(reason);
}

/** What was asked for cannot be tried, since the check of this code failed. */
class NotTried extends Error {
  override readonly cause: string;

  constructor(code: string) {
    super(`needs ${code}`);
    this.name = 'NotTried';
    this.cause = code;
  }
}

/** Waits for what another check proves: when that fails, it is that check's failure and not this one's. */
export async function after<T>(code: string, proven: Promise<T>): Promise<T> {
  return proven.catch(error => {
    throw error instanceof NotTried ? error : new NotTried(code);
  });
}

function tellNotTried(code: CheckCode, cause: string): Finding {
  return {
    state: 'unknown',
    summary: `${titleOf(code)}: not tried, since ${cause} did not pass.`,
    remedy: `Put right what ${cause} says first.`,
  };
}
