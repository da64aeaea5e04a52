import type {Ui} from '../model/ui.ts';
import type {Invocation} from './arguments.ts';
import type {CommandContext} from './context.ts';
import type {Command} from './table.ts';

/** The commands that talk with the user and may change the host. */
export const stories = {
  install: async () => (await import('./install.ts')).install,
  apply: async () => (await import('./install.ts')).install,
  passwords: async () => (await import('./passwords.ts')).renewPasswords,
  sites: async () => (await import('./sites.ts')).changeSites,
  update: async () => (await import('./update.ts')).update,
  address: async () => (await import('./address.ts')).followAddress,
  doctor: async () => {
    const [{fixFindings}, {lookFromOutside}] = await Promise.all([import('./fix.ts'), import('./outside.ts')]);
    return (context: CommandContext, ui: Ui) =>
      context.invocation.outside ? lookFromOutside(context, ui) : fixFindings(context, ui);
  },
  'try-ports': async () => (await import('./try-ports.ts')).tryPorts,
  attach: async () => (await import('./attach.ts')).attach,
  logs: async () => (await import('./logs.ts')).showLogs,
  undo: async () => (await import('./undo.ts')).undo,
  uninstall: async () => (await import('./undo.ts')).uninstall,
} as const;
export type Story = keyof typeof stories;
export type AnswerCommand = Exclude<
  Command,
  Exclude<Story, 'update' | 'sites' | 'logs' | 'address' | 'doctor'> | 'restore'
>;

/** The answers that only root may have, and what each needs it for. */
export const rootOnly: Partial<Record<AnswerCommand, string>> = {
  status: 'check all parts of the installation',
  doctor: 'check all parts of the installation',
  update: 'ask Docker for the images',
  address: 'read what the containers name',
  backup: 'read the passwords',
  notify: 'read the secrets of messages',
  metrics: 'read every figure of this host',
  logs: 'read all logs',
  users: 'manage who gets in',
  sites: 'look at the certificates',
  token: 'manage who gets in',
  router: 'ask the router',
};

/** Returns whether a command that has screens only prints this time. */
export function isAnswer({
  command,
  now,
  recover,
  action,
  json,
  plain,
  follow,
  since,
  grep,
  fix,
  outside,
}: Invocation): boolean {
  if (command === 'update' || command === 'address') return !now && !recover;
  if (command === 'doctor') return !fix && !outside;
  if (command === 'sites') return action === 'list';
  if (command !== 'logs') return false;
  const {stdin, stdout} = process;
  return json || plain || follow || since !== undefined || grep !== undefined || !stdin.isTTY || !stdout.isTTY;
}

/** Returns whether a command talks with the user. */
export function isStory(command: Command): command is Story {
  return Object.hasOwn(stories, command);
}
