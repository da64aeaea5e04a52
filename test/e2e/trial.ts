import type {Page} from 'playwright-core';
import type {TrialEvent} from '../../src/model/trial.ts';
import {advanceTrial, noTrial, type TrialView} from '../../src/model/trial.ts';
import {type Answer, ask, start} from './lab.ts';

const unit = 'trial';

/** A trial that runs in the guest, and what it has reported. */
export type RunningTrial = {
  readonly links: readonly string[];
  view(): TrialView;
  /** Waits for something in the view; throws after so many seconds. */
  until<T>(find: (view: TrialView) => T | undefined, seconds?: number): Promise<T>;
  /** The moment of the newest result of a subject, in milliseconds since 1970 as the host counts them. */
  momentOf(id: string): number;
  end(): Promise<Pick<Answer, 'exitCode' | 'all'>>;
};

/** Starts a trial, and waits until its page is served. */
export async function startTrial(...argv: readonly [string, ...string[]]): Promise<RunningTrial> {
  // A unit can be ended from here; a signal to the command that enters the guest would not get in.
  const place = ['systemd-run', '--quiet', '--pipe', '--wait', '--collect', `--unit=${unit}`, '--setenv=PATH'];
  const {child} = await start('guest', [...place, 'jitsi-onebox', ...argv, '--json']);
  const events: TrialEvent[] = [];
  const view = () => events.reduce(advanceTrial, noTrial);
  let isOver = false;
  const reading = (async () => {
    for await (const line of child.iterable({from: 'stdout'})) events.push(JSON.parse(line));
    isOver = true;
  })();
  const until: RunningTrial['until'] = async (find, seconds = 15) => {
    for (const deadline = Date.now() + seconds * 1000; ; ) {
      const found = find(view());
      if (found !== undefined) return found;
      if (Date.now() > deadline || isOver)
        throw new Error(`The trial did not get there: ${JSON.stringify(events, undefined, 1)}`);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  };
  const links = await until(({links: found}) => (found.length > 0 ? found : undefined), 40).catch(async error => {
    await ask('guest', ['systemctl', 'kill', unit]);
    throw new Error(`${error}\n${(await child).all}`);
  });
  return {
    links,
    view,
    until,
    momentOf: id =>
      Date.parse(events.findLast(event => event.type === 'trial-result' && event.subject === id)?.at ?? ''),
    async end() {
      await ask('guest', ['systemctl', 'kill', unit]);
      await reading.catch(() => undefined);
      const {exitCode = -1, all = ''} = await child;
      return {exitCode, all};
    },
  };
}

/** Waits until the page shows a state of a subject, and returns the moment. */
export async function seeOnPage(page: Page, id: string, state: string, seconds = 20): Promise<number> {
  await page.locator(`[id="${id}"] .${state}`).waitFor({timeout: seconds * 1000});
  return Date.now();
}
