import type {Resource} from '../model/resource.ts';
import {fileId} from '../resources/path-state.ts';
import {accountId, prosodyAccount} from '../resources/prosody-account.ts';
import type {Blueprint} from './blueprint.ts';

/** The accounts of the containers, on the host that the images use unless they are told another. */
const accounts = {focus: 'JICOFO_AUTH_PASSWORD', jvb: 'JVB_AUTH_PASSWORD'} as const;

const addressOf = (user: string) => `${user}@auth.meet.jitsi`;

/** Returns where Prosody keeps these accounts. */
export const accountsDirectory = ({project}: Pick<Blueprint, 'project'>) =>
  `${project.directory}/storage/prosody/data/auth%2emeet%2ejitsi/accounts`;

/** The ids of the accounts: a container that logs in again with a new password needs them first. */
export const accountIds = Object.keys(accounts).map(user => accountId(addressOf(user)));

/** The accounts of Jicofo and the bridge in Prosody, with the passwords in .env. */
export function accountResources(blueprint: Blueprint): readonly Resource[] {
  const {project, passwords, users} = blueprint;
  return Object.entries(accounts).map(([user, name]) =>
    prosodyAccount({
      account: addressOf(user),
      path: `${accountsDirectory(blueprint)}/${user}.dat`,
      uid: users.jitsi.uid,
      place: 'prosody',
      password: passwords.values[name],
      needs: [fileId(`${project.directory}/.env`)],
    }),
  );
}
