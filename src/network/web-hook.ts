import {fetchPage} from './http.ts';

const patience = 20_000;
/** An answer is only shown, so its beginning is enough. */
const longest = 200;

/** A URL that takes messages, and the header that it knows us by. */
export type WebHook = {readonly url: string; readonly header?: readonly [name: string, value: string]};

/** Posts JSON to a URL, and returns the status; throws with the server's own words if it does not accept it. Redirects are not followed. */
export async function postJson({url, header}: WebHook, content: string): Promise<number> {
  const {status, body} = await fetchPage(url, {
    headers: {'user-agent': 'jitsi-onebox', ...(header && {[header[0]]: header[1]})},
    post: {content, headers: {'content-type': 'application/json'}},
    signal: AbortSignal.timeout(patience),
    isLocal: true,
  });
  const said = body.slice(0, longest).trim();
  if (status < 200 || status > 299) throw new Error(`the server answered ${status}${said && `: ${said}`}`);
  return status;
}
