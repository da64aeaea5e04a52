import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ask} from './lab.ts';

/** How many requests there were, and which had a wrong answer. */
export type Watch = {readonly asked: number; readonly failures: readonly string[]};

/** Requests pages (URL and text) from the guest's network every 200 ms, each over its own connection, until the returned function is called. */
export async function watchPages(pages: Readonly<Record<string, string>>): Promise<() => Promise<Watch>> {
  const directory = await mkdtemp(join(tmpdir(), 'jitsi-onebox-watch-'));
  const [stop, log] = [join(directory, 'stop'), join(directory, 'log')];
  const curl =
    "curl -sSk --max-time 2 --resolve '*:80:192.168.77.10' --resolve '*:443:192.168.77.10' --resolve '*:4443:192.168.77.10'";
  const questions = Object.entries(pages).map(
    ([url, text]) =>
      `answer=$(${curl} ${url} 2>&1); [ "$answer" = '${text}' ] && echo ok || echo "$(date +%T) ${url}: $answer"`,
  );
  const line = `until [ -e ${stop} ]; do ${questions.join('; ')}; sleep 0.2; done >${log}`;
  const asking = ask('lan', ['sh', '-c', line]);
  return async () => {
    await writeFile(stop, '');
    await asking;
    const seen = (await readFile(log, 'utf8')).trim().split('\n');
    await rm(directory, {recursive: true});
    return {asked: seen.length, failures: seen.filter(each => each !== 'ok')};
  };
}
