import {entryOf} from '../../model/catalogue.ts';
import type {Check} from '../../model/check.ts';
import {check, describeReason, ok} from './check.ts';
import type {Vantage} from './vantage.ts';

/** Checks that the domain is in the DNS: without its address nothing else can be tried. */
export function meetName(vantage: Vantage): Check {
  const {domain} = vantage;
  return check('meet-name', async context => {
    try {
      const {address} = await vantage.findRoute(context, domain);
      return ok(`${domain} has a DNS entry.`, address);
    } catch (error) {
      context.signal.throwIfAborted();
      const reason = describeReason(error);
      if (reason.startsWith(domain))
        return {state: 'failed', summary: `${reason}.`, remedy: entryOf('meet-name').remedy};
      const remedy = 'See that this machine can ask the DNS, then try again.';
      return {state: 'failed', summary: `${domain} could not be looked up: ${reason}.`, remedy};
    }
  });
}
