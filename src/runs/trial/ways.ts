import {randomBytes} from 'node:crypto';
import {openRound} from '../../engine/checks.ts';
import type {CheckContext} from '../../model/check.ts';
import type {FactValues} from '../../model/facts.ts';
import type {Host} from '../../model/host.ts';
import {Problem} from '../../model/problem.ts';
import type {Seen, TrialBody} from '../../model/trial.ts';
import {askHttps} from '../../network/http.ts';
import {serveWeb, type WebHandler} from '../../network/trial/web.ts';
import type {Blueprint} from '../../stack/blueprint.ts';
import {findHttps, fromHost, patience} from '../../stack/checks/vantage.ts';
import {planVisit} from '../../stack/checks/visit.ts';
import {trialDirectory, trialPath, trialSocket} from '../../stack/names.ts';
import type {Assets} from '../../stack/template.ts';
import {mostBytes, readRate, writeLine} from '../../stack/trial/line.ts';
import {renderPage} from '../../stack/trial/page.ts';
import {concludeWays, describeBridge, drawWays, listWays, pageLine, wordLine, wordWay} from '../../stack/trial/ways.ts';
import {pageWords} from '../../stack/trial/words.ts';
import {answerCalls} from './calls.ts';
import {routeTrial} from './routes.ts';
import {locateVisitor, type OpenTrial, wholeTime} from './run.ts';
import {openSession} from './session.ts';

type Context = {
  readonly blueprint: Blueprint;
  readonly host: Host;
  readonly interfaces: FactValues['interfaces'] | undefined;
  readonly assets: Assets;
  readonly signal: AbortSignal;
  /** Whether the page offers to measure what the line sends. */
  readonly measures: boolean;
  emit(body: TrialBody): void;
};

/** Serves a page at the meeting site, with which a browser tries every way to take part. */
export async function openWayTrial(context: Context): Promise<OpenTrial> {
  const {blueprint, host, interfaces, assets, signal, measures, emit} = context;
  const {domain, publicAddress} = blueprint;
  const nonce = randomBytes(16).toString('base64url');
  const base = `${trialPath}/${nonce}`;
  const until = Math.ceil((host.now() + wholeTime) / 1000);
  const subjects = listWays(blueprint, {measures});
  const locate = locateVisitor(publicAddress, interfaces);
  const line = measures ? answerLine(host, locate) : undefined;
  const session = openSession({
    subjects,
    emit,
    locate,
    judge: outcome => (outcome.subject.id === 'line' ? wordLine(outcome, line?.uplink()) : wordWay(outcome)),
    conclude: results => ({
      states: Object.fromEntries(
        [...results].map(([id, result]) => [
          id,
          {state: result, text: id === 'line' ? pageLine(line?.uplink()) : pageWords[result]},
        ]),
      ),
      verdict: concludeWays(subjects, results),
    }),
  });
  const page = renderPage(
    {
      title: 'What does your network let through?',
      ...{base, origins: [`wss://${domain}`], subjects: drawWays(blueprint, {base, until, measures})},
    },
    assets,
  );
  const {call} = planVisit(fromHost(blueprint));
  const describeCall = async (each: CheckContext) => describeBridge((await each.share(call))[0], blueprint);
  const calls = answerCalls({host, signal, describeCall});
  const more: WebHandler = async request => (await line?.answer(request)) ?? calls.answer(request);
  const answer = routeTrial({session, ids: subjects.map(({id}) => id), page, more});
  await host.files.makeDirectory(trialDirectory, {mode: 0o711, uid: 0, gid: 0});
  // After a process that was killed.
  await host.files.remove(trialSocket);
  const door = await serveWeb({path: trialSocket}, {base, answer, isBehindProxy: true});
  const close = async () => {
    await door.close();
    await calls.close();
    await host.files.remove(trialDirectory);
  };
  const link = `https://${domain}${base}`;
  try {
    await demandPage({blueprint, host, signal}, `${base}/try/https`);
  } catch (error) {
    await close();
    throw error;
  }
  return {links: [link], subjects, untried: [], session, quiet: wordQuiet(subjects[0]?.remedy ?? ''), close};
}

type Place = Pick<Context, 'blueprint' | 'host' | 'signal'>;

/** Makes sure that nginx passes the page on: a site from an earlier release does not. */
async function demandPage({blueprint, host, signal}: Place, path: string): Promise<void> {
  const {context, close} = openRound(host, signal);
  try {
    const {target} = await findHttps(fromHost(blueprint), context);
    const {status} = await context.within(patience, stop => askHttps({...target, path}, stop));
    if (status === 204) return;
    throw new Problem({
      code: 'trial-page-missing',
      summary: `The meeting site does not pass on the page: it answers with status ${status}.`,
      remedy: 'Run `sudo jitsi-onebox apply`, then try again.',
    });
  } finally {
    await close();
  }
}

/** A visitor who presses the button again and again costs the line no more than this. */
const mostDownloads = 5;

/** Sends bytes that nothing can compress, and writes down how fast they arrived outside. */
function answerLine(host: Host, locate: (address: string) => Seen) {
  let left = mostDownloads;
  let rate: number | undefined;
  const answer: WebHandler = async ({method, path, from}) => {
    if (method === 'GET' && path === '/line' && left > 0) {
      left -= 1;
      return {status: 200, headers: {'content-type': 'application/octet-stream'}, body: randomBytes(mostBytes)};
    }
    const uplink = method === 'POST' ? readRate(path) : undefined;
    if (uplink === undefined) return undefined;
    // Within the own network it would be the speed of that.
    if (locate(from) === 'outside') {
      rate = uplink;
      await writeLine(host, uplink);
    }
    return {status: 204};
  };
  return {answer, uplink: () => rate};
}

function wordQuiet(remedy: string): OpenTrial['quiet'] {
  return {
    summary:
      'Nobody has opened the page for a minute. If you tried, 443/tcp does not arrive here, or the name is not right.',
    remedy,
  };
}
