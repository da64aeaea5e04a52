import {type CheckCode, entryOf, titleOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding, Opening} from '../../model/check.ts';
import {check, describeReason, ok} from './check.ts';
import {onlyInside, type Vantage, warnIfUdpBlocked} from './vantage.ts';
import type {Visit} from './visit.ts';
import {AudioLost, openDirect, openRelayed, talk, type Voice} from './voice.ts';

/** Shows that the partner of a relayed participant has no audio on the direct path, which is a finding of its own. */
class NotTried extends Error {}

/** Checks that audio which one participant sends comes out at another, directly and through the relay. */
export function mediaChecks(vantage: Vantage, visit: Visit): readonly Check[] {
  const first = openDirect(vantage, visit, 0);
  const second = openDirect(vantage, visit, 1);
  const third = openRelayed(vantage, visit, 2);
  // Where nothing answers on the direct path, both take the relay.
  const detour = openRelayed(vantage, visit, 1);
  const partner: Opening<Voice> = context =>
    context.share(second).catch(error => {
      if (error instanceof AudioLost) throw new NotTried();
      return context.share(detour);
    });
  const direct: Opening<string> = context => meet([first, second], context);
  const relayed: Opening<string> = context => meet([third, partner], context);
  const hasRelay = vantage.blueprint === undefined || vantage.blueprint.turnDomain !== undefined;
  return [mediaDirect(vantage, direct, relayed), ...(hasRelay ? [mediaRelay(relayed)] : [])];
}

async function meet(openings: readonly [Opening<Voice>, Opening<Voice>], context: CheckContext): Promise<string> {
  const [one, other] = await Promise.all([context.share(openings[0]), context.share(openings[1])]);
  return talk([one, other], context);
}

function mediaDirect(vantage: Vantage, direct: Opening<string>, relayed: Opening<string>): Check {
  const {blueprint, domain} = vantage;
  const prove = async (context: CheckContext) => {
    const passed = context.share(direct);
    if (!blueprint)
      return passed.then(
        evidence => ok('Audio passes directly between participants.', evidence),
        error => warnIfUdpBlocked(error, context.share(relayed)),
      );
    const evidence = await passed;
    const {hasHairpin} = await vantage.findRoute(context, domain);
    const summary = hasHairpin
      ? 'Audio passes directly between participants, also through the router.'
      : onlyInside('Audio passes between participants');
    return ok(summary, evidence);
  };
  return check('media-direct', warnOfLoss('media-direct', prove), {after: ['conference', 'media-port']});
}

function mediaRelay(relayed: Opening<string>): Check {
  const prove = async (context: CheckContext) =>
    ok('Audio passes between participants through the relay on port 443.', await context.share(relayed));
  return check('media-relay', warnOfLoss('media-relay', prove), {after: ['conference', 'turn-relay']});
}

type Prove = (context: CheckContext) => Promise<Finding>;

/**
 * Makes a loss of audio a warning: the bridge has answered, and a busy host may lose some packets. How many are lost with the
 * published images was not seen yet.
 */
function warnOfLoss(code: CheckCode, prove: Prove): Prove {
  return context =>
    prove(context).catch(error => {
      if (error instanceof NotTried) return reportNotTried(code);
      if (!(error instanceof AudioLost)) throw error;
      const {meaning, remedy} = entryOf(code);
      return {state: 'warning', summary: meaning, evidence: describeReason(error), remedy};
    });
}

function reportNotTried(audio: CheckCode): Finding {
  return {
    state: 'warning',
    summary: `${titleOf(audio)}: not tried, since media-direct did not pass.`,
    remedy: 'Follow the advice for media-direct first.',
  };
}
