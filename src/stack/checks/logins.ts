import {entryOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding, Proof} from '../../model/check.ts';
import {Secret} from '../../model/secret.ts';
import type {Blueprint} from '../blueprint.ts';
import {accountsDirectory} from '../container-accounts.ts';
import {check, describeReason} from './check.ts';
import {patience} from './vantage.ts';

// The names that the images use unless they are told others, which this stack never does.
const domain = 'auth.meet.jitsi';
const clientPort = 5222;

const logins = [
  {code: 'jicofo-login', service: 'jicofo', name: 'Jicofo', user: 'focus', variable: 'JICOFO_AUTH_PASSWORD'},
  {code: 'videobridge-login', service: 'videobridge', name: 'The bridge', user: 'jvb', variable: 'JVB_AUTH_PASSWORD'},
] as const;

type Login = (typeof logins)[number];

/** Checks that Prosody takes the passwords of Jicofo and the bridge: Docker calls them healthy with wrong ones, too. */
export function loginChecks(blueprint: Blueprint): readonly Check[] {
  return logins.map(login =>
    check(login.code, context => proveLogin(blueprint, login, context), {after: ['container-prosody']}),
  );
}

async function proveLogin(blueprint: Blueprint, login: Login, context: CheckContext): Promise<string | Proof> {
  const {service, name, user} = login;
  const password = await readPassword(blueprint, login, context);
  if (password === undefined)
    return {
      state: 'unknown',
      summary: `The container of ${service} does not run, so its password was not tried.`,
      cause: `container-${service}`,
    };
  const accounts = accountsDirectory(blueprint);
  // Prosody creates its accounts only after its start, so an account counts only if it was there before the attempt.
  const exists = (await context.host.files.stat(`${accounts}/${user}.dat`)) !== undefined;
  const {tryPassword} = await import('../../network/xmpp/password.ts');
  const account = {address: blueprint.network.prosody, port: clientPort, domain, user, password};
  const attempt = context.within(patience, until => tryPassword(account, until));
  const taken = await attempt.catch((error: unknown): Finding => {
    const summary = `Prosody did not say whether it takes the password of ${service}.`;
    return {state: 'unknown', summary, evidence: describeReason(error)};
  });
  if (typeof taken !== 'boolean') return taken;
  if (taken) return `${name} has the password that Prosody knows.`;
  return {
    state: 'failed',
    ...(exists && {isCertain: true}),
    summary: entryOf(login.code).meaning,
    evidence: `Prosody refuses ${user}@${domain} with the ${login.variable} of the container`,
    remedy: `Run \`jitsi-onebox apply\`. If it changes nothing, run \`rm -r ${accounts} && docker restart ${await findProsody(blueprint, context)}\`: Prosody then creates these two accounts again, with the passwords in .env.`,
  };
}

/** Names Prosody's container by id, because its name depends on the version of compose. */
async function findProsody({project}: Blueprint, {host}: CheckContext): Promise<string> {
  const prosody = (await host.docker.containers(project.name)).find(({service}) => service === 'prosody');
  return prosody?.id.slice(0, 12) ?? 'prosody';
}

/** Reads the password that a running container was given, which may differ from the one in .env. */
async function readPassword(
  {project}: Blueprint,
  {service, variable}: Login,
  {host}: CheckContext,
): Promise<Secret | undefined> {
  const container = (await host.docker.containers(project.name)).find(each => each.service === service);
  if (!container?.running) return undefined;
  const argv = ['docker', 'inspect', '--format', '{{json .Config.Env}}', container.id] as const;
  const {exitCode, stdout} = await host.query({argv});
  const environment: readonly string[] = exitCode === 0 ? JSON.parse(stdout) : [];
  return new Secret(environment.find(each => each.startsWith(`${variable}=`))?.slice(variable.length + 1) ?? '');
}
