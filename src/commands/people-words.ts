import {findFaultInName, findFaultInTitle} from '../model/people.ts';
import {Problem} from '../model/problem.ts';

const usersActions = ['list', 'add', 'password', 'remove'] as const;
export type UsersAction = (typeof usersActions)[number];

/** Reads what to do with accounts; throws Problem bad-usage. */
export function readUsersAction(
  [word = 'list', name, stray]: readonly string[],
  isHelp: boolean,
): {readonly action: UsersAction; readonly name?: string} {
  const action = usersActions.find(each => each === word);
  if (action === undefined) throw badUsage(`\`users\` can ${usersActions.join(', ')}, not ${word}.`);
  const surplus = action === 'list' ? name : stray;
  if (surplus !== undefined) throw badUsage(`\`users ${action}\` takes no \`${surplus}\`.`);
  return action === 'list' || isHelp ? {action} : {action, name: demandName(name, `users ${action}`)};
}

/** Demands a name that fits the command. */
export function demandName(name: string | undefined, command: string): string {
  if (name === undefined) throw badUsage(`\`${command}\` needs a name.`);
  const fault = command === 'token' ? findFaultInTitle(name) : findFaultInName(name);
  if (fault !== undefined) throw badUsage(`The name ${JSON.stringify(name)} ${fault}.`);
  return name;
}

/** Makes the problem of a command line that cannot be understood. */
export function badUsage(summary: string): Problem {
  return new Problem({code: 'bad-usage', summary, remedy: 'See jitsi-onebox --help.'});
}
