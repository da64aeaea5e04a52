const STOPPED = [
  's6-rc: warning: unable to start service 10-config: command exited 1',
  '/run/s6/basedir/scripts/rc.init: fatal: stopping the container.',
];

/** The container does not start: what it says first, and the status it exits with. */
export class Refusal extends Error {
  readonly lines: readonly string[];
  readonly status: number;

  constructor(lines: readonly string[], status?: number) {
    super(lines.join('\n'));
    this.lines = status === undefined ? [...lines, ...STOPPED] : lines;
    this.status = status ?? 1;
  }
}
