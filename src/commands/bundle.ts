import {runChecks} from '../engine/checks.ts';
import {filesOf, listRuns} from '../engine/run-files.ts';
import {listSecrets} from '../model/dot-env.ts';
import type {Facts} from '../model/facts.ts';
import {factsToJson} from '../model/facts-json.ts';
import type {Command, Host, Output} from '../model/host.ts';
import {describeError} from '../model/problem.ts';
import {exits, version} from '../model/program.ts';
import {createRedactor} from '../model/redact.ts';
import {completeSettings, listSettings} from '../model/settings/complete.ts';
import type {Draft} from '../model/settings/draft.ts';
import {countOf, formatBytes} from '../model/words.ts';
import {choose, type Streams} from '../plain/conversation.ts';
import {renderChecks, renderPlan, renderProblem, renderSettings} from '../plain/render.ts';
import {planStack} from '../runs/survey.ts';
import type {Stack} from '../stack/index.ts';
import {type CommandContext, detectFacts, drawStackFor, formatJson, type Print, readDraft} from './context.ts';
import {writeNew} from './named-file.ts';

type Section = {readonly title: string; readonly text: string};

const lines = 400;
const runsShown = 3;
const services = ['nginx', 'haproxy', 'go-mmproxy-ssl', 'docker', 'certbot', 'jitsi-onebox-*'];

/** How the host is, whatever is installed. */
const looks: readonly Command['argv'][] = [
  ['uname', '-a'],
  ['uptime'],
  ['free', '-m'],
  ['df', '-h', '-x', 'tmpfs'],
  ['systemctl', 'list-units', '--failed', '--no-pager', '--plain'],
  ['docker', 'ps', '--all'],
  ['nginx', '-T'],
  ['nft', 'list', 'ruleset'],
];

/** `doctor --bundle FILE`: writes what a helper needs to know about this host into one text file, without its secrets. */
export async function writeBundle(context: CommandContext, print: Print, file: string): Promise<number> {
  const draft = await readDraft(context);
  const facts = await detectFacts(context, draft);
  const {stack, sections: drawn} = await describeInstallation(context, draft, facts);
  const {host} = context.machine;
  const found = [
    ...drawn,
    {title: 'Facts', text: factsToJson(facts)},
    ...(await Promise.all([
      ...looks.map(argv => showOutput(host, argv)),
      ...services.map(unit => showJournal(host, unit)),
    ])),
    ...(stack ? await showContainers(host, stack) : []),
    ...(await showRuns(host)),
  ].filter(({text}) => text.trim() !== '');
  const redact = createRedactor({
    secrets: await readSecrets(host, draft),
    secretUrls: ['notify.hook.url', 'dynamic-dns.url'].map(key => String(draft.values.get(key) ?? '')),
    ownAddresses: [facts.publicAddress.value, facts.localAddress.value].filter(address => address !== undefined),
  });
  const sections = found.map(({title, text}) => ({title: redact(title), text: redact(text)}));
  return deliver(context, print, {file, sections});
}

type Bundle = {readonly file: string; readonly sections: readonly Section[]};

async function deliver({invocation}: CommandContext, print: Print, {file, sections}: Bundle): Promise<number> {
  const text = renderBundle(sections);
  if (file === '-') {
    print(text);
    return exits.done;
  }
  const sizes = sections.map(({title, text: {length}}) => ({title, size: length}));
  if (!invocation.json) print(renderContents(sizes));
  if (mayAsk(invocation) && !(await mayWrite(process, {file, text}))) {
    print('Nothing was written.');
    return exits.stopped;
  }
  await writeNew(file, `${text}\n`);
  const written = `Written to ${file}, ${countOf(sizes.length, 'section')}. Read it before you pass it on.`;
  print(invocation.json ? formatJson({file, sections: sizes}) : written);
  return exits.done;
}

/** Returns whether somebody is there who can be asked. */
function mayAsk({yes, json}: CommandContext['invocation']): boolean {
  return !yes && !json && process.stdin.isTTY && process.stdout.isTTY;
}

/** Asks whether a bundle may be written; the user may read all of it first. */
export async function mayWrite(streams: Streams, {file, text}: {readonly file: string; readonly text: string}) {
  const answer = await choose(streams, {
    prompt: `Write this into ${file}? yes, no, or show (all of it first): `,
    words: ['yes', 'no'],
    otherwise: 'no',
    actions: {show: async say => say(text)},
  });
  return answer === 'yes';
}

function renderBundle(sections: readonly Section[]): string {
  return [
    `jitsi-onebox ${version}: support bundle of ${new Date().toISOString()}`,
    'Passwords, keys, names before an @ and public addresses of others were replaced. Read it before you pass it on.',
    renderContents(sections.map(({title, text: {length}}) => ({title, size: length}))),
    ...sections.map(({title, text}) => `===== ${title} =====\n${text.trimEnd()}`),
  ].join('\n\n');
}

function renderContents(sizes: readonly {readonly title: string; readonly size: number}[]): string {
  return sizes.map(({title, size}) => `${formatBytes(size).padStart(9)}  ${title}`).join('\n');
}

/** Describes settings, plan and checks; each is left out, with the reason, where it cannot be made. */
async function describeInstallation(context: CommandContext, draft: Draft, facts: Facts) {
  const {machine, signal} = context;
  const sections: Section[] = [];
  async function add(title: string, make: () => Promise<string> | string): Promise<void> {
    const text = await Promise.resolve()
      .then(make)
      .catch((error: unknown) => renderProblem(describeError(error)));
    sections.push({title, text});
  }
  let stack: Stack | undefined;
  await add('Settings', () => renderSettings(listSettings(draft, {})));
  await add('Plan', async () => {
    stack = await drawStackFor(context, draft, facts);
    return renderPlan(await planStack(machine, stack));
  });
  const checks = stack?.checks ?? [];
  if (stack)
    await add('Checks', async () =>
      renderChecks(await runChecks({checks, host: machine.host, signal}), {isThorough: true}),
    );
  signal.throwIfAborted();
  return {stack, sections};
}

async function showOutput(host: Host, argv: Command['argv']): Promise<Section> {
  const {stdout, stderr} = await tryQuery(host, argv);
  return {title: argv.join(' '), text: stdout || stderr};
}

/** Runs a command that only asks; one that hangs says so in its place. */
async function tryQuery({query}: Host, argv: Command['argv']): Promise<Pick<Output, 'stdout' | 'stderr'>> {
  return query({argv}).catch((error: unknown) => ({stdout: '', stderr: renderProblem(describeError(error))}));
}

async function showJournal(host: Host, unit: string): Promise<Section> {
  const argv = [
    'journalctl',
    '--unit',
    unit,
    '--lines',
    `${lines}`,
    '--no-pager',
    '--output',
    'short-iso',
    '--quiet',
  ] as const;
  return {...(await showOutput(host, [...argv])), title: `Journal of ${unit}`};
}

/** Shows the log of every container; an Engine that fails says so in their place. */
async function showContainers(host: Host, {blueprint: {project}}: Stack): Promise<readonly Section[]> {
  const show = async ({id, service}: {readonly id: string; readonly service: string}) => {
    const {stdout, stderr} = await tryQuery(host, ['docker', 'logs', '--tail', `${lines}`, '--timestamps', id]);
    return {title: `Log of ${service}`, text: stdout + stderr};
  };
  try {
    return await Promise.all((await host.docker.containers(project.name)).map(show));
  } catch (error) {
    return [{title: 'Containers', text: renderProblem(describeError(error))}];
  }
}

async function showRuns(host: Host): Promise<readonly Section[]> {
  const newest = (await listRuns()).slice(-runsShown);
  return Promise.all(
    newest.map(async run => ({
      title: `Run ${run}`,
      text: (await host.files.read(filesOf(run).path).catch(() => undefined)) ?? '',
    })),
  );
}

/** Reads every value of .env that its name calls a secret, also where the stack cannot be drawn. */
async function readSecrets(host: Host, draft: Draft): Promise<readonly string[]> {
  const {directory} = completeSettings(draft, {allowMissing: true}).stack;
  return listSecrets((await host.files.read(`${directory}/.env`)) ?? '');
}
