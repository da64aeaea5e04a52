import {describeFact, type Facts} from '../model/facts.ts';
import type {ProblemReport} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {nameRouterPort, type RouterPlace} from '../model/router.ts';
import {completeSettings} from '../model/settings/complete.ts';
import type {Forward} from '../model/ui.ts';
import {findRouterPlace, renewForwards, type SeenForward, seeForwards} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readInstalledDraft} from './context.ts';

/** `router`: shows the forwards that this host needs and who has them; `router renew` asks the router for them again. */
export async function showRouter(context: CommandContext, print: Print): Promise<number> {
  const {machine, invocation, signal} = context;
  const draft = await readInstalledDraft(context);
  const facts = await detectFacts(context, draft);
  const {blueprint, forwards} = await drawStackFor(context, draft, facts);
  const place = findRouterPlace(blueprint, completeSettings(draft), facts);
  if (invocation.renews) return renew(context, print, place, forwards);
  const seen = place ? await seeForwards(machine.host, place, forwards, signal) : [];
  print(
    invocation.json
      ? formatJson({router: facts.router, nat: facts.nat, forwards: merge(forwards, seen)})
      : render(facts, forwards, seen),
  );
  return seen.every(({isOurs}) => isOurs) ? exits.done : exits.failed;
}

async function renew(
  {machine, invocation, signal}: CommandContext,
  print: Print,
  place: RouterPlace | undefined,
  wanted: readonly Forward[],
): Promise<number> {
  const forwards = place ? wanted : [];
  const problems = place ? await renewForwards(machine.host, place, forwards, signal) : [];
  print(invocation.json ? formatJson({problems, forwards}) : renderRenewal(forwards, problems));
  return problems.length === 0 ? exits.done : exits.failed;
}

function renderRenewal(forwards: readonly Forward[], problems: readonly ProblemReport[]): string {
  if (forwards.length === 0)
    return 'The router is not asked for anything: router.forward is off, or there is no router.';
  if (problems.length > 0) return problems.map(({code, summary}) => `${code}: ${summary}`).join('\n');
  return `The router forwards ${forwards.map(nameRouterPort).join(', ')} to ${forwards[0]?.to}.`;
}

function render(facts: Facts, forwards: readonly Forward[], seen: readonly SeenForward[]): string {
  const lines = (['router', 'nat', 'translation', 'hairpin'] as const).map(name => {
    const {fact, text} = describeFact(name, facts[name] as never);
    return `${fact.padEnd(12)} ${text}`;
  });
  if (forwards.length === 0)
    return [...lines, 'This host has the public address itself: no forward is needed.'].join('\n');
  const rows = merge(forwards, seen).map(
    ({to, purpose, state, ...wanted}) =>
      `${nameRouterPort(wanted).padEnd(12)} to ${to}  ${purpose}${state ? ` (${state})` : ''}`,
  );
  return [...lines, '', 'The router has to forward:', ...rows].join('\n');
}

function merge(forwards: readonly Forward[], seen: readonly SeenForward[]) {
  return forwards.map(forward => {
    const one = seen.find(each => nameRouterPort(each) === nameRouterPort(forward));
    return {...forward, ...(one && {isOurs: one.isOurs, state: describeState(one)})};
  });
}

function describeState({lease, holder, isOurs}: SeenForward): string {
  if (holder && lease?.localAddress !== holder.to) return `taken by ${holder.to}`;
  if (!isOurs) return lease ? 'lost' : 'not asked for yet';
  return lease?.until === null ? 'for good' : `until ${new Date(lease?.until ?? 0).toISOString()}`;
}
