import {createHash} from 'node:crypto';
import type {Assets} from '../template.ts';

/** What the page tries for one subject, and how. */
export type PageSubject = {readonly id: string; readonly name: string} & (
  | {readonly way: 'fetch' | 'bridge' | 'line'; readonly url: string}
  | {readonly way: 'websocket'; readonly url: string; readonly protocol: string}
  | {
      readonly way: 'candidate';
      readonly servers: readonly {readonly urls: string; readonly username?: string; readonly credential?: string}[];
      readonly policy: 'all' | 'relay';
      /** The type of the candidate that proves it. */
      readonly type: 'srflx' | 'relay';
    }
);

export type Page = {
  readonly title: string;
  /** The path of the page, with the nonce. */
  readonly base: string;
  readonly subjects: readonly PageSubject[];
  /** The origins that the page may ask. */
  readonly origins: readonly string[];
};

/** Renders the page of a trial: one file without references. Its policy lets the browser run nothing else. */
export function renderPage(
  page: Page,
  assets: Assets,
): {readonly body: string; readonly headers: Record<string, string>} {
  const [style, script] = [assets('trial/page.css'), assets('trial/page.js')];
  const policy = [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    `connect-src 'self' ${page.origins.join(' ')}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  const {title, ...data} = page;
  // No text can end the script element.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
<h1>${title}</h1>
<ul id="subjects"></ul>
<p id="verdict" role="status"></p>
<script type="application/json" id="trial">${json}</script>
<script>${script}</script>
</html>
`;
  return {body, headers: {'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy.join('; ')}};
}

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
