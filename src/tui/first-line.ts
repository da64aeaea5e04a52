import {showsUnicode} from './ascii.ts';

/**
 * Writes the first line of the first screen before Ink is loaded, which takes longer than everything before it. Returns a function
 * that clears the line for the screen itself.
 */
export function writeFirstLine({
  stdout,
  env,
}: {
  readonly stdout: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}): () => void {
  const paint = (looks: string, text: string) => `\x1b[${looks}m${text}\x1b[0m`;
  const program = paint(env.NO_COLOR ? '1' : '1;36', 'jitsi-onebox');
  const dot = paint('2', showsUnicode(env) ? ' · ' : ' - ');
  stdout.write(` ${program}${dot}${paint('1', 'Looking around')}\r`);
  return () => void stdout.write('\x1b[K');
}
