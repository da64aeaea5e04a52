import type {Option} from './options.ts';

export type Command =
  | ('install' | 'plan' | 'apply' | 'update' | 'passwords' | 'undo' | 'uninstall' | 'attach')
  | 'try-ports'
  | ('status' | 'doctor' | 'check' | 'explain' | 'detect' | 'settings' | 'self-test')
  | (
      | 'users'
      | 'token'
      | 'backup'
      | 'restore'
      | 'capacity'
      | 'notify'
      | 'metrics'
      | 'sites'
      | 'router'
      | 'logs'
      | 'address'
    );

type CommandEntry = {
  readonly purpose: string;
  readonly example: string;
  /** Words that may follow the command, besides options. */
  readonly operand?: string;
  readonly options?: readonly Option[];
};

/** The commands: parsing and `--help` are made from this table. */
export const commands: Readonly<Record<Command, CommandEntry>> = {
  install: {
    purpose: 'Ask for missing settings, show the plan, and apply it.',
    example: 'jitsi-onebox',
    options: ['yes', 'take-over', 'wait-for-dns'],
  },
  plan: {
    purpose: 'Show what would change, as a diff. Changes nothing.',
    example: 'jitsi-onebox plan --set domain=meet.example.org',
    options: ['out', 'save', 'take-over'],
  },
  apply: {
    purpose: 'Bring this host in line with the settings.',
    example: 'jitsi-onebox apply --settings meet.yaml --yes',
    options: ['yes', 'expect', 'plan', 'take-over', 'when-idle', 'wait-for-dns'],
  },
  update: {
    purpose:
      'Show updates of the container images; --now installs them, and restores the previous images if they do not work.',
    example: 'jitsi-onebox update --now',
    options: ['check', 'now', 'despite', 'scheduled', 'recover', 'yes'],
  },
  address: {
    purpose: 'Show the public address and the one that participants are sent to; --now follows another one.',
    example: 'jitsi-onebox address --now',
    options: ['now', 'scheduled', 'yes'],
  },
  passwords: {
    purpose: 'Replace the passwords of the containers with new ones, or only the one you name.',
    example: 'jitsi-onebox passwords renew',
    operand: 'renew [NAME]',
    options: ['yes', 'expect', 'when-idle'],
  },
  undo: {
    purpose: 'Restore the state before a run: the newest one, or the one you name.',
    example: 'jitsi-onebox undo',
    operand: '[RUN]',
    options: ['yes', 'packages'],
  },
  uninstall: {
    purpose: 'Remove the server. Without --purge it keeps settings, passwords, certificates and accounts.',
    example: 'jitsi-onebox uninstall --purge',
    options: ['yes', 'purge'],
  },
  backup: {
    purpose: 'Write settings, passwords, accounts, branding and certificates into one encrypted file, or verify one.',
    example: 'jitsi-onebox backup /root/meet.backup',
    operand: '[verify] FILE',
    options: ['passphrase-file', 'scheduled'],
  },
  restore: {
    purpose: 'Restore a backup on a fresh host, and apply its settings.',
    example: 'jitsi-onebox restore meet.backup',
    operand: 'FILE',
    options: ['passphrase-file', 'yes'],
  },
  attach: {purpose: 'Show the run in progress, or the newest one, from its start.', example: 'jitsi-onebox attach'},
  'try-ports': {
    purpose: 'Try from outside, with a phone, whether the ports arrive at this host. Changes nothing.',
    example: 'jitsi-onebox try-ports',
  },
  status: {purpose: 'Check that participants can connect; includes a test call.', example: 'jitsi-onebox status'},
  doctor: {
    purpose: 'Like status, with evidence for every check. Before an installation: everything that may be in its way.',
    example: 'jitsi-onebox doctor --json',
    options: ['before', 'outside', 'measure', 'fix', 'accept', 'keep', 'take', 'yes', 'when-idle', 'bundle', 'watch'],
  },
  logs: {
    purpose: 'Show what the parts of the server log, or one part; on a terminal, without options, as a screen.',
    example: 'jitsi-onebox logs web --since 2h --grep error --follow',
    operand: '[SERVICE]',
    options: ['since', 'grep', 'follow'],
  },
  check: {
    purpose: 'Check a server from any other machine, without logging in to it.',
    example: 'jitsi-onebox check meet.example.org',
    operand: 'DOMAIN',
  },
  explain: {
    purpose: 'Explain the code of a check or a problem, or list all codes.',
    example: 'jitsi-onebox explain turn-allocation',
    operand: '[CODE]',
  },
  notify: {
    purpose: 'Send a test message by mail and web hook, as set, and show the result.',
    example: 'jitsi-onebox notify test',
    operand: 'test',
  },
  metrics: {
    purpose: 'Print the metrics as Prometheus reads them: host, containers, meetings, checks.',
    example: 'jitsi-onebox metrics',
    options: ['http'],
  },
  users: {
    purpose: 'List, add or remove the accounts of registered people, or set a password.',
    example: 'jitsi-onebox users add anna',
    operand: '[list | add NAME | password NAME | remove NAME]',
    options: ['generate'],
  },
  sites: {
    purpose: 'List, add or remove other sites on this host, which share port 443 with the meetings.',
    example: 'jitsi-onebox sites add www.example.org --to 127.0.0.1:8080',
    operand: '[list | add DOMAIN | remove DOMAIN]',
    options: ['to', 'root', 'passthrough', 'proxy-protocol', 'body-size', 'yes', 'expect'],
  },
  token: {
    purpose: 'Make a token that lets somebody in where access.kind is jwt.',
    example: 'jitsi-onebox token anna --room daily --for 1h',
    operand: 'NAME',
    options: ['room', 'moderator', 'for'],
  },
  capacity: {
    purpose: 'Estimate how many people can meet on this machine at the same time.',
    example: 'jitsi-onebox capacity --uplink 40',
    options: ['uplink'],
  },
  router: {
    purpose: 'Show the forwards that the router needs and who has them; renew asks the router for them again.',
    example: 'jitsi-onebox router',
    operand: '[renew]',
  },
  detect: {
    purpose: 'Show what was detected about this machine and its network.',
    example: 'jitsi-onebox detect --json',
  },
  settings: {
    purpose: 'Show every setting and its source, or save the settings.',
    example: 'jitsi-onebox settings --save meet.yaml',
    options: ['save'],
  },
  'self-test': {purpose: 'Check that the program itself is complete.', example: 'jitsi-onebox self-test'},
};
