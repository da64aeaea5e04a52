import {randomBytes} from 'node:crypto';
import {Problem} from '../../model/problem.ts';
import type {TrialBody, Untried} from '../../model/trial.ts';
import {serveStun} from '../../network/trial/stun.ts';
import {type Door, serveWeb, type WebHandler} from '../../network/trial/web.ts';
import type {Assets} from '../../stack/template.ts';
import {type PageSubject, renderPage} from '../../stack/trial/page.ts';
import type {PortTrial, TrialPort} from '../../stack/trial/ports.ts';
import {concludePorts, pageWords, wordPort} from '../../stack/trial/words.ts';
import {routeTrial, slugOf} from './routes.ts';
import {locateVisitor, type OpenTrial} from './run.ts';
import {openSession, type TrialSession} from './session.ts';

type Context = {readonly trial: PortTrial; readonly assets: Assets; emit(body: TrialBody): void};

/** What the doors report to; they are open before it is known which ports there are. */
type Wiring = {session?: TrialSession; answers: Map<string, WebHandler>};

/** Opens an answerer on every port that is free. Only sockets are opened: nothing of the host changes. */
export async function openPortTrial({trial, assets, emit}: Context): Promise<OpenTrial> {
  const nonce = randomBytes(16).toString('base64url');
  const wiring: Wiring = {answers: new Map()};
  const opened = await Promise.all(trial.ports.map(port => openDoor(port, nonce, wiring)));
  const close = async () => void (await Promise.all(opened.map(async each => each.door?.close())));
  const ports = trial.ports.filter((_, index) => opened[index]?.door);
  const untried = [...trial.untried, ...opened.flatMap(({untried: each}) => each ?? [])];
  const web = ports.filter(({protocol}) => protocol === 'tcp');
  if (web.length === 0) {
    await close();
    throw noPage(untried);
  }
  const subjects = trial.subjects.filter(({id}) => ports.some(port => port.id === id));
  const origins = web.map(port => originOf(trial, port));
  const session = openSession({
    subjects,
    arePorts: true,
    emit,
    locate: locateVisitor(trial.publicAddress),
    judge: wordPort,
    conclude: results => ({
      states: Object.fromEntries([...results].map(([id, result]) => [id, {state: result, text: pageWords[result]}])),
      verdict: concludePorts(subjects, results),
    }),
  });
  const page = renderPage(
    {title: 'Can this server be reached?', base: `/${nonce}`, origins, subjects: drawSubjects(trial, ports, nonce)},
    assets,
  );
  const ids = subjects.map(({id}) => id);
  for (const {id} of web) wiring.answers.set(id, routeTrial({session, ids, page, reached: id}));
  wiring.session = session;
  const links = origins.map(origin => `${origin}/${nonce}`);
  return {links, subjects, untried, session, quiet: wordQuiet(trial, links), close};
}

type Opened = {readonly door?: Door; readonly untried?: Untried};

async function openDoor({id, port, protocol}: TrialPort, nonce: string, wiring: Wiring): Promise<Opened> {
  try {
    if (protocol === 'tcp') {
      const answer: WebHandler = request => wiring.answers.get(id)?.(request);
      const onConnection = (from: string) => wiring.session?.arrive(id, from);
      return {door: await serveWeb({port}, {base: `/${nonce}`, answer, onConnection})};
    }
    const onRequest = (from: string) => wiring.session?.arrive(id, from);
    const onProof = (from: string, meant: string) => {
      wiring.session?.prove(meant, from, id);
    };
    return {door: await serveStun({port, password: nonce, onRequest, onProof})};
  } catch (error) {
    const isHeld = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isHeld) throw error;
    return {untried: {id, reason: 'another program uses it already'}};
  }
}

function originOf({publicAddress}: PortTrial, {port}: TrialPort): string {
  return `http://${publicAddress}${port === 80 ? '' : `:${port}`}`;
}

function drawSubjects(trial: PortTrial, ports: readonly TrialPort[], nonce: string): readonly PageSubject[] {
  const {publicAddress} = trial;
  return ports.map(port => {
    const {id} = port;
    if (port.protocol === 'tcp')
      return {id, name: id, way: 'fetch', url: `${originOf(trial, port)}/${nonce}/try/${slugOf(id)}`};
    const at = `${publicAddress}:${port.port}`;
    return {
      ...{id, name: id, way: 'candidate', policy: 'all', type: 'srflx'},
      servers: [{urls: `stun:${at}`}, {urls: `turn:${at}?transport=udp`, username: id, credential: nonce}],
    };
  });
}

function wordQuiet({publicAddress, subjects}: PortTrial, links: readonly string[]): OpenTrial['quiet'] {
  const [first, second] = links;
  const page = subjects.find(({id}) => id === (first?.includes(`${publicAddress}:`) ? '443/tcp' : '80/tcp'));
  const other = second === undefined ? '' : ` Or open the other link: ${second}`;
  return {
    summary: 'Nobody has opened the page for a minute. If you tried, its port does not arrive here.',
    remedy: `${page?.remedy ?? ''}${other}`,
  };
}

function noPage(untried: readonly Untried[]): Problem {
  return new Problem({
    code: 'trial-without-page',
    summary: `There is no port for the page: ${untried.map(({id, reason}) => `${id}: ${reason}`).join('; ')}.`,
    remedy:
      'On an installed server, run `jitsi-onebox doctor --outside`. Otherwise install first, since your sites in nginx stay up, and run it then; or stop what uses port 80 or 443 during the trial.',
  });
}
