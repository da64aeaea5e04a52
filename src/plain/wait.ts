import type {WaitNews} from '../model/ui.ts';
import {formatDuration} from '../model/words.ts';

/** Prints what is waited for: each change, and once a minute how long it still waits. Ctrl-C ends the wait. */
export async function followWait(
  news: AsyncIterable<WaitNews>,
  leave: () => void,
  say: (text: string) => void,
): Promise<void> {
  let said = '';
  process.on('SIGINT', leave);
  try {
    for await (const {texts, left} of news) {
      const text = texts.join('\n');
      if (text !== said) say(`Waiting for the DNS:\n${text}`);
      if (text !== said || left % 60 === 0) say(`  ${formatDuration(left * 1000)} left; Ctrl-C ends the wait.`);
      said = text;
    }
    say('The wait for the DNS has ended.');
  } finally {
    process.removeListener('SIGINT', leave);
  }
}
