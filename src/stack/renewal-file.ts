import {meetHook, siteHook, turnHook} from './names.ts';

const ownHooks = [meetHook, turnHook, siteHook].map(path => path.replaceAll('.', '\\.')).join('|');
/** Options without an effect outside of certbot and its authority. */
const options = (
  'version renew_before_expiry account server webroot_path pref_challs preferred_chain preferred_profile required_profile key_type ' +
  'elliptic_curve rsa_key_size reuse_key must_staple autorenew allow_subset_of_names user_agent http01_port http01_address ' +
  'ari_retry_after'
).replaceAll(' ', '|');

/** The lines of a renewal file that runs no command of others. Everything that certbot does not write for such a one is foreign. */
const known: readonly RegExp[] = [
  /^(?:#.*)?$/,
  /^\[(?:renewalparams|acme_renewal_info|\[webroot_map\])\]$/,
  /^(?:archive_dir|cert|privkey|chain|fullchain)\s*=\s*\/etc\/letsencrypt\/(?:live|archive)\/[\w.*-]+(?:\/\w+\.pem)?$/,
  /^authenticator\s*=\s*(?:webroot|standalone|nginx|apache)$/,
  /^installer\s*=\s*(?:None|nginx|apache)$/,
  // The guide that many hosts were set up with has these hooks in the file itself.
  new RegExp(`^renew_hook\\s*=\\s*(?:${ownHooks})$`),
  // Three quotes begin a value of several lines.
  new RegExp(`^(?:${options})\\s*=(?!.*(?:'''|"""))`),
  // A name and its webroot.
  /^[\w*-]+(?:\.[\w-]+)+\s*=\s*\/[^'"]*$/,
];

/** Finds a line of a renewal file with which certbot could run a command of somebody else as root; undefined if there is none. */
export function findForeignLine(text: string): string | undefined {
  // Python ends a line at more characters than these.
  const lines = text.split('\n').map(line => line.trim());
  return lines.find(line => /[^\t\x20-\x7e]/.test(line) || !known.some(pattern => pattern.test(line)));
}
