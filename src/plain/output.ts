/** The output of the program, which may stop arriving: at a full disk, or when its reader is gone. */
export type Output = {
  /** Aborts when something could not be written. */
  readonly lost: AbortSignal;
  /** Waits until everything written has arrived; returns why it cannot. */
  finish(): Promise<string | undefined>;
};

/** A reader that has its answer, as nginx or `head`, may be gone. */
const harmless = ['EPIPE', 'ECONNRESET'];

/** Watches the output from the start, so that no failure is missed and none ends the program in the middle. */
export function watchOutput(stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): Output {
  const lost = new AbortController();
  let fault: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!lost.signal.aborted && !harmless.includes(error.code ?? '')) fault = error;
    lost.abort();
  });
  // There is no place left to report that.
  stderr.on('error', () => lost.abort());
  return {
    lost: lost.signal,
    async finish() {
      for (const stream of [stdout, stderr]) await new Promise<unknown>(resolve => stream.write('', resolve));
      return fault && `The output could not be written: ${fault.message}.`;
    },
  };
}
