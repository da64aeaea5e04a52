import * as v from 'valibot';

/** A text that upstream pastes into Lua between quotes. */
const name = v.pipe(
  v.string(),
  v.regex(/^[\w.@:/-]{1,100}$/, 'is not a name of letters, digits and . _ - @ : / only, up to 100'),
);
const toggle = v.boolean('is neither true nor false');
const noSource = 'is neither "generated" nor the absolute path of a file';

/** The settings of who opens meetings, who enters them, and what they meet first. */
export const peopleSettings = {
  rooms: {
    schema: v.picklist(['anyone', 'registered', 'members'], 'is none of "anyone", "registered" and "members"'),
    default: 'anyone',
    help: 'Who opens rooms: anyone; registered people, joined by guests; or members, without guests.',
    example: 'registered',
    question: {group: 'People', title: 'Who may open a room: anyone, registered or members'},
  },
  lobby: {
    schema: toggle,
    default: true,
    help: 'Whether moderators may open a lobby, where others wait until they are let in.',
    question: {group: 'People', title: 'Offer a lobby'},
  },
  prejoin: {
    schema: toggle,
    default: true,
    help: 'Whether participants check camera and microphone before they join.',
    question: {group: 'People', title: 'Show a page before joining'},
  },
  'welcome-page': {
    schema: toggle,
    default: true,
    help: 'Whether the welcome page is shown; without it, the address opens a new room.',
    question: {group: 'People', title: 'Show the welcome page'},
  },
  'access.kind': {
    schema: v.picklist(['accounts', 'jwt'], 'is neither "accounts" nor "jwt"'),
    default: 'accounts',
    help: 'How registered people log in: with accounts on this server, or with tokens (jwt).',
    example: 'jwt',
  },
  'access.id': {schema: name, default: 'jitsi', help: 'Tokens: the name of the application that makes them.'},
  'access.secret': {
    schema: v.pipe(v.string(), v.regex(/^(generated|\/[\w./-]{1,250})$/, noSource)),
    default: 'generated',
    help: 'Tokens: the secret that signs them: generated, or the path of a file with one.',
    example: '/root/token-secret',
  },
  'access.issuers': {
    schema: v.pipe(v.array(name), v.minLength(1, 'is empty; at least one is needed'), v.readonly()),
    default: ['jitsi'],
    help: 'Tokens: the accepted issuers (iss); `jitsi-onebox token` names the first.',
    example: '[jitsi]',
  },
  'access.audience': {
    schema: v.pipe(v.array(name), v.minLength(1, 'is empty; at least one is needed'), v.readonly()),
    default: ['jitsi'],
    help: 'Tokens: the accepted audiences (aud); `jitsi-onebox token` names the first.',
    example: '[jitsi]',
  },
} as const;
