import type {Secret} from '../model/secret.ts';
import {fetchPage} from './http.ts';

export type HttpUpdate = {
  /** The provider's URL with {address}, {name} and {secret}. */
  readonly template: string;
  readonly name: string;
  readonly address: string;
  readonly user?: string | undefined;
  readonly secret?: Secret | undefined;
};

/** Answers that refuse an update, by the protocol that most providers share (dyndns2), and by others. */
const refusals = /^(badauth|badagent|!?donator|!yours|notfqdn|nohost|numhost|abuse|badip|dnserr|911|ko\b|error)/i;

/** Changes the DNS entry of a name with a request to its provider; throws what the provider answers if it refuses. */
export async function updateOverHttp(
  {template, name, address, user, secret}: HttpUpdate,
  signal: AbortSignal,
): Promise<void> {
  const values: Readonly<Record<string, string>> = {address, name, secret: secret?.reveal() ?? ''};
  const url = new URL(template.replace(/\{(\w+)\}/g, (_, place: string) => encodeURIComponent(values[place] ?? '')));
  const credentials = Buffer.from(`${user}:${secret?.reveal() ?? ''}`).toString('base64');
  const headers = {'user-agent': 'jitsi-onebox', ...(user !== undefined && {authorization: `Basic ${credentials}`})};
  const {status, body} = await fetchPage(url.href, {headers, signal});
  const [said = ''] = body.trim().split('\n');
  if (status < 200 || status > 299) throw new Error(`${url.hostname} answers with status ${status}`);
  if (refusals.test(said)) throw new Error(`${url.hostname} refuses with ${JSON.stringify(said.slice(0, 60))}`);
}
