/** Every option, as `parseArgs` takes it, with what `--help` says. `isCommon` ones belong to every command. */
export const options = {
  settings: {type: 'string', isCommon: true, value: 'FILE|-', help: 'Read settings from a file, or standard input.'},
  set: {
    type: 'string',
    multiple: true,
    isCommon: true,
    value: 'KEY=VALUE',
    help: 'Set one setting; repeatable, overrides the file.',
  },
  yes: {type: 'boolean', help: 'Approve the plan, or a bundle, in advance; nothing is asked'},
  packages: {type: 'boolean', help: 'Also remove the packages that the run installed'},
  purge: {type: 'boolean', help: 'Keep nothing: restore the host as it was'},
  'when-idle': {type: 'boolean', help: 'Delay steps that interrupt meetings until none is running'},
  expect: {type: 'string', value: 'DIGEST', help: 'Continue only if the plan still has this digest'},
  'take-over': {
    type: 'string',
    multiple: true,
    value: 'NAME,…',
    help: 'Replace a foreign haproxy or compose (backed up), or a package that the plan names',
  },
  check: {type: 'boolean', help: 'Only show the updates that the registry has; this is what update does anyway'},
  now: {type: 'boolean', help: 'Install the updates and go back if they do not work; or follow another public address'},
  scheduled: {
    type: 'boolean',
    help: 'As the timer does: ask nothing; skip an update that failed before, and remove old backups',
  },
  despite: {type: 'string', multiple: true, value: 'CODE,…', help: 'Update although these checks fail already'},
  recover: {type: 'boolean', help: 'Only take back an update that ended unexpectedly, as at a boot'},
  out: {type: 'string', value: 'DIR', help: 'Also write every planned file below this directory'},
  save: {type: 'string', value: 'FILE', help: 'Write the settings, or the plan, to a file'},
  http: {type: 'boolean', help: 'Answer one HTTP request on standard input, as the socket unit does'},
  watch: {type: 'boolean', help: 'As the timer does: check once, and report only what changed since the last time'},
  bundle: {
    type: 'string',
    value: 'FILE|-',
    help: 'Write facts, plan, checks and logs into one file for those who help you, without secrets',
  },
  before: {type: 'boolean', help: 'Show all that is looked at before the first change, on an installed host too'},
  fix: {type: 'boolean', help: 'Plan what can be put right here, and apply it once you approve; the rest is explained'},
  accept: {
    type: 'string',
    multiple: true,
    value: 'CODE,…',
    help: 'Remember that you accept a finding: it is shown as accepted, and no longer counts',
  },
  keep: {type: 'string', value: 'PATH', help: 'Keep your changes of a file: what is new in ours is merged into it'},
  take: {type: 'string', value: 'PATH', help: 'Take our text of a file again with the next apply'},
  outside: {type: 'boolean', help: 'Serve a page with which a browser outside tries every way in; show the results'},
  measure: {
    type: 'boolean',
    help: 'With --outside: offer visitors a button that measures what this line sends, with 8 MB at most',
  },
  'wait-for-dns': {
    type: 'string',
    value: 'TIME',
    help: 'Wait up to 10m, 2h … for domains that do not resolve to this host yet',
  },
  'passphrase-file': {
    type: 'string',
    value: 'FILE|-',
    help: 'Read the passphrase from a file, or standard input, in place of asking',
  },
  plan: {type: 'string', value: 'FILE', help: 'Apply exactly the plan that `plan --save` wrote; nothing is asked'},
  generate: {type: 'boolean', help: 'Make a password, and print it once'},
  follow: {type: 'boolean', help: 'Print new lines as they are logged, until Ctrl-C'},
  since: {type: 'string', value: 'TIME', help: 'How far back: 30m, 2h, 7d; 1h by default'},
  grep: {type: 'string', value: 'TEXT', help: 'Print only lines with this text, in upper or lower case'},
  room: {type: 'string', value: 'ROOM', help: 'Open this room only'},
  moderator: {type: 'boolean', help: 'Make the owner of the token a moderator'},
  uplink: {type: 'string', value: 'MBIT', help: 'What the line of this machine sends, in Mbit/s'},
  for: {type: 'string', value: 'TIME', help: 'How long it is valid: 30m, 2h, 7d; 2h by default'},
  to: {type: 'string', value: 'HOST:PORT', help: 'Pass the requests for the site to this service'},
  root: {type: 'string', value: 'DIR', help: 'Serve the files in this directory'},
  passthrough: {type: 'boolean', help: 'Pass TLS connections on as they are: the service has the certificate'},
  'proxy-protocol': {type: 'boolean', help: 'Send a PROXY header (v2) with the address of the visitor first'},
  'body-size': {type: 'string', value: 'SIZE', help: 'The largest upload, such as 200m; 64m by default'},
  facts: {
    type: 'string',
    isCommon: true,
    value: 'FILE',
    help: 'Use recorded facts (detect --json) for this machine; a run is only rehearsed.',
  },
  json: {type: 'boolean', isCommon: true, help: 'Print JSON for programs.'},
  plain: {type: 'boolean', isCommon: true, help: 'Print lines instead of screens: for pipes, logs and screen readers.'},
  help: {type: 'boolean', short: 'h', isCommon: true, help: 'Print this page.'},
  version: {type: 'boolean', isCommon: true, help: 'Print the version.'},
} as const;

export type Option = keyof typeof options;

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
    purpose: 'Show updates of the container images; --now installs them, and goes back if they do not work.',
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
    options: ['since', 'grep', 'follow', 'accept', 'keep', 'take', 'outside'],
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
    purpose: 'Send a test message by every way that the settings name, and show what became of it.',
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
