import type {SiteDesk, SiteRequest} from '../model/ui.ts';
import {converse, type Streams} from './conversation.ts';

/** Shows the other sites on this host, and asks what to do with them; returns undefined if the user leaves. */
export async function showSites(desk: SiteDesk, streams: Streams): Promise<SiteRequest | undefined> {
  const talk = converse(streams);
  try {
    const sites = await desk.list();
    talk.say(sites.map(({domain, text}) => `${domain}: ${text}`).join('\n') || 'There are no other sites yet.');
    for (;;) {
      const line = await talk.hear('add DOMAIN HOST:PORT, add DOMAIN /DIRECTORY, remove DOMAIN or back: ');
      if (line === undefined || line === 'back' || line === 'q') return undefined;
      const [, word = '', entry = ''] = /^(\S*)\s*(.*)$/.exec(line) ?? [];
      const request = word === 'add' ? desk.read(entry) : readRemoval(word, entry, sites);
      if (typeof request !== 'string') return request;
      talk.say(request);
    }
  } finally {
    talk.end();
  }
}

function readRemoval(word: string, domain: string, sites: Awaited<ReturnType<SiteDesk['list']>>): SiteRequest | string {
  if (word !== 'remove') return 'Please type one of these words.';
  return sites.some(site => site.domain === domain) ? {action: 'remove', domain} : 'There is no such site.';
}
