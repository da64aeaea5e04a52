import type {Ui} from '../model/ui.ts';
import {openWayTrial} from '../runs/trial/ways.ts';
import {type CommandContext, detectFacts, drawStackFor, readInstalledDraft} from './context.ts';
import {exitOfTrial, showTrial} from './try-ports.ts';

/** `doctor --outside`: lets a browser outside try every way to take part in a meeting here. */
export async function lookFromOutside(context: CommandContext, ui: Ui): Promise<number> {
  const {machine, assets, signal, invocation} = context;
  const draft = await readInstalledDraft(context);
  const facts = await detectFacts(context, draft, ui);
  const {blueprint} = await drawStackFor(context, draft, facts);
  const {host} = machine;
  const interfaces = facts.interfaces.value;
  const view = await showTrial(
    ui,
    emit => openWayTrial({blueprint, host, interfaces, assets, signal, emit, measures: invocation.measure}),
    signal,
  );
  return exitOfTrial(view);
}
