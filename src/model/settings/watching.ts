import ipaddr from 'ipaddr.js';
import * as v from 'valibot';
import {readDuration} from '../duration.ts';
import {filePath} from './grammar/branding.ts';
import {domainName, emailAddress, httpsUrl} from './grammar/names.ts';
import {port} from './grammar/ports.ts';

const [shortest, longest] = [600, 86_400];
const interval = v.pipe(
  v.string(),
  v.check(text => {
    const seconds = readDuration(text) ?? 0;
    return seconds >= shortest && seconds <= longest;
  }, 'is not a duration from 10m to 1d, such as 1h'),
);

/** A mail server: a full name, an address, or this host itself. */
const mailServer = v.lazy(input => (input === 'localhost' || ipaddr.isValid(String(input)) ? v.string() : domainName));

const user = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,250}$/, 'is not a name of visible characters without blanks'));

const isNearby = (address: string) =>
  ipaddr.IPv4.isValidFourPartDecimal(address) && ['private', 'loopback'].includes(ipaddr.IPv4.parse(address).range());

/** An https URL; without TLS only to an address nearby, since the header is a secret. */
const hookUrl = v.lazy(input => {
  const url = URL.parse(String(input));
  const isPlain = url?.protocol === 'http:' && !url.username && !url.password && isNearby(url.hostname);
  return isPlain
    ? v.pipe(v.string(), v.regex(/^[A-Za-z0-9:/?&=._~%+-]+$/, 'has characters that need escaping'))
    : httpsUrl;
});

/** The settings of when this host checks itself, and of who hears about it. */
export const watchSettings = {
  'watch.mode': {
    schema: v.picklist(['off', 'on'], 'is neither off nor on'),
    default: 'off',
    help: 'Regular checks of this host, which report what changed: off or on.',
    example: 'on',
  },
  'watch.interval': {
    schema: interval,
    default: '1h',
    help: 'How often this host checks itself: 10m to 1d; up to 5 minutes later.',
    example: '30m',
  },
  'notify.mail.to': {
    schema: v.pipe(v.array(emailAddress), v.maxLength(20, 'has more than 20 addresses'), v.readonly()),
    default: [],
    help: 'Who gets messages about this host by mail.',
    example: '[admin@example.org]',
  },
  'notify.mail.from': {
    schema: emailAddress,
    optional: true,
    help: 'The sender of mails; without it, jitsi-onebox at your domain.',
    example: 'meet@example.org',
  },
  'notify.smtp.host': {
    schema: mailServer,
    optional: true,
    help: "The mail server that takes mails; without it, this host's own sendmail.",
    example: 'mail.example.org',
  },
  'notify.smtp.port': {schema: port, default: 587, help: 'The port of the mail server.', example: '465'},
  'notify.smtp.tls': {
    schema: v.picklist(['starttls', 'always', 'never'], 'is neither starttls, always nor never'),
    default: 'starttls',
    help: 'Encryption to the mail server: starttls, always (port 465), or never.',
  },
  'notify.smtp.user': {
    schema: user,
    optional: true,
    help: 'The account at the mail server, if it asks for one.',
    example: 'meet@example.org',
  },
  'notify.smtp.password': {
    schema: filePath,
    optional: true,
    help: 'A file with the password at the mail server, which only root may read.',
    example: '/root/smtp-password',
  },
  'notify.hook.url': {
    schema: hookUrl,
    optional: true,
    help: 'A URL that gets messages about this host as JSON, by POST.',
    example: 'https://chat.example.org/hooks/meet',
  },
  'notify.hook.header': {
    schema: filePath,
    optional: true,
    help: 'A file with a secret header for that URL, which only root may read.',
    example: '/root/hook-header',
  },
} as const;
