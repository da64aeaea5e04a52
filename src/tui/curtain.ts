import {showsUnicode} from './unicode.ts';

type Options = {
  readonly stdout: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * Shows the first line of the first screen before what draws screens is loaded, which takes longer than all else until then.
 * Returns what clears it away for the screen itself.
 */
export function drawCurtain({stdout, env}: Options): () => void {
  const accent = env.NO_COLOR ? '1' : '1;36';
  const dot = showsUnicode(env) ? '·' : '-';
  const [program, between, title] = [
    paint(accent, 'jitsi-onebox'),
    paint('2', ` ${dot} `),
    paint('1', 'Looking around'),
  ];
  stdout.write(` ${program}${between}${title}\r`);
  return () => void stdout.write('\x1b[K');
}

function paint(looks: string, text: string): string {
  return `\x1b[${looks}m${text}\x1b[0m`;
}
