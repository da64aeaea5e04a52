import {advance, noRun} from '../model/run.ts';
import type {Ui} from '../model/ui.ts';
import {makeVisible} from '../model/visible.ts';
import {followTrial} from './trial.ts';

export type JsonOptions = {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** The user approved beforehand. Otherwise nothing is applied, since nobody can be asked. */
  readonly yes: boolean;
};

/** Opens the Ui for programs: the events of a run, one JSON object per line, and nothing else. */
export function openJsonUi({stdout, stderr, yes}: JsonOptions): Ui {
  return {
    async look(detected) {
      for await (const _ of detected);
    },
    home: async () => 'change',
    people: async () => {},
    sites: async () => undefined,
    logs: async () => {},
    ask: async () => undefined,
    showMap: () => {},
    async review(plan) {
      for (const problem of plan.problems) write(stderr, problem);
      return yes && plan.problems.length === 0 ? 'apply' : 'quit';
    },
    async watch(events) {
      let run = noRun;
      for await (const event of events) {
        write(stdout, event);
        run = advance(run, event);
      }
      return run;
    },
    async wait(news) {
      for await (const _ of news);
    },
    tryOut: (events, leave) => followTrial(events, leave, event => write(stdout, event)),
    report: async () => {},
    recover: async () => 'leave',
    async showProblems(problems) {
      for (const problem of problems) write(stderr, problem);
    },
    close: async () => {},
  };
}

function write(stream: NodeJS.WritableStream, value: unknown): void {
  stream.write(`${makeVisible(JSON.stringify(value))}\n`);
}
