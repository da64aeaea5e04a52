import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ask} from './lab.ts';

/** What somebody saw who asked all the time: how often, and what was not as it should be. */
export type Watch = {readonly asked: number; readonly failures: readonly string[]};

/** Asks for pages from beside the guest every 200 ms, each by a connection of its own, until the returned function is called. */
export async function watchPages(urls: readonly string[]): Promise<() => Promise<Watch>> {
  const directory = await mkdtemp(join(tmpdir(), 'jitsi-onebox-watch-'));
  const [stop, log] = [join(directory, 'stop'), join(directory, 'log')];
  const curl = (url: string) =>
    `curl -sk --max-time 2 --resolve '*:80:192.168.77.10' --resolve '*:4443:192.168.77.10' -o /dev/null -w '%{http_code} ${url} %{errormsg}\n' ${url} >>${log}`;
  const line = `until [ -e ${stop} ]; do ${urls.map(curl).join('; ')}; sleep 0.2; done`;
  const asking = ask('lan', ['sh', '-c', line]);
  return async () => {
    await writeFile(stop, '');
    await asking;
    const seen = (await readFile(log, 'utf8')).trim().split('\n');
    await rm(directory, {recursive: true});
    return {asked: seen.length, failures: seen.filter(each => !each.startsWith('200 '))};
  };
}
