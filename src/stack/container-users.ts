import type {Host} from '../model/host.ts';
import {Problem} from '../model/problem.ts';
import type {Resource} from '../model/resource.ts';
import type {ComposeProject} from '../resources/compose.ts';
import {systemUser, userId} from '../resources/user.ts';

/** The users and groups of this host, with their numbers. */
export type Accounts = {
  readonly users: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, number>>;
};

/** A user that containers run as, of the same number as its group. Without a name, it is the number that owns their data already. */
export type ContainerUser = {readonly uid: number; readonly name?: string};

/** Nobody else has these users: others of the same number could read the containers' memory and files, and end them. */
export type ContainerUsers = Readonly<Record<'jitsi' | 'turn' | 'extras', ContainerUser>>;

/** Debian counts up from 100 and systemd down from 999, so numbers in the middle stay free until a run has taken them. */
const [first, last] = [550, 899];

/** Reads the accounts of this host; undefined if it does not list them. */
export async function readAccounts(host: Host): Promise<Accounts | undefined> {
  const [users, groups] = await Promise.all(
    ['passwd', 'group'].map(async database => {
      const {exitCode, stdout} = await host.query({argv: ['getent', database]});
      const lines = exitCode === 0 ? stdout.split('\n') : [];
      return lines.map(line => line.split(':')).filter(([name, , number]) => name && /^\d+$/.test(number ?? ''));
    }),
  );
  const byName = (rows: readonly string[][] = []) =>
    Object.fromEntries(rows.map(([name = '', , number]) => [name, Number(number)]));
  return users?.length ? {users: byName(users), groups: byName(groups)} : undefined;
}

const jitsiData = ['storage/prosody', 'web', 'prosody/config', 'jicofo', 'videobridge'];

/** Finds the number that owns the directories of Jitsi's containers, or others: what is in them must stay readable. */
export async function findDataOwner(
  {files}: Host,
  directory: string,
  names: readonly string[] = jitsiData,
): Promise<number | undefined> {
  for (const name of names) {
    const state = await files.stat(`${directory}/${name}`).catch(() => undefined);
    if (state && state.uid !== 0) return state.uid;
  }
  return undefined;
}

/** Chooses the users of the containers: those that are there, else the owners of data that is there, else free numbers. */
export function chooseUsers(
  accounts: Accounts = {users: {}, groups: {}},
  owner?: number,
  extrasOwner?: number,
): ContainerUsers {
  const taken = new Set([...Object.values(accounts.users), ...Object.values(accounts.groups)]);
  const findFree = (...besides: readonly number[]) => {
    let number = first;
    while (number < last && (taken.has(number) || besides.includes(number))) number++;
    return number;
  };
  const own = accounts.users['jitsi-meet'];
  const isOurs = (number: number) => number >= first && number <= last && !taken.has(number);
  const isLeft = owner !== undefined && isOurs(owner);
  const jitsi =
    owner === undefined || owner === own || isLeft
      ? {name: 'jitsi-meet', uid: owner ?? own ?? findFree()}
      : {uid: owner};
  const turn = {name: 'jitsi-turn', uid: accounts.users['jitsi-turn'] ?? findFree(jitsi.uid)};
  const others = [jitsi.uid, turn.uid];
  const left = [extrasOwner ?? 0].find(number => isOurs(number) && !others.includes(number));
  const extras = {name: 'jitsi-extras', uid: accounts.users['jitsi-extras'] ?? left ?? findFree(...others)};
  return {jitsi, turn, extras};
}

/** The users of the containers as things on the host; those of the relay and of the extras only where there are some. */
export function userResources(
  {jitsi, turn, extras}: ContainerUsers,
  {hasRelay, hasExtras}: {readonly hasRelay: boolean; readonly hasExtras: boolean},
): readonly Resource[] {
  const options = [
    {...jitsi, title: "User of Jitsi's containers", place: 'host'},
    ...(hasRelay ? [{...turn, title: "User of the relay's container", place: 'turn'} as const] : []),
    ...(hasExtras ? [{...extras, title: "User of the extras' containers", place: 'web'} as const] : []),
  ] as const;
  return options.flatMap(({name, ...more}) => (name === undefined ? [] : [systemUser({name, ...more})]));
}

/** The resources that make a user. */
export const needsOf = ({name}: ContainerUser): readonly string[] => (name === undefined ? [] : [userId(name)]);

/** Advises on containers that share their number with somebody. */
export function adviseOnUsers(
  {jitsi}: ContainerUsers,
  accounts: Accounts | undefined,
  {name: projectName, directory, argv}: ComposeProject,
): readonly Problem[] {
  const [name] = Object.entries(accounts?.users ?? {}).find(([, uid]) => uid === jitsi.uid) ?? [];
  if (jitsi.name !== undefined || name === undefined) return [];
  const {uid} = chooseUsers(accounts).jitsi;
  return [
    new Problem({
      code: 'shared-user',
      summary: `The containers run with the number ${jitsi.uid}, which the user ${name} of this host has too.`,
      why: `Every program of ${name} can read the passwords of the containers from their memory, and end them.`,
      remedy: 'Stop the containers, give their data to a number of their own, and run jitsi-onebox apply.',
      command: `cd ${directory} && ${argv.join(' ')} --project-name ${projectName} stop && chown -R --from=${jitsi.uid} ${uid}:${uid} .`,
    }),
  ];
}
