import {siteMap} from './grammar/sites.ts';

/** The setting of other sites on the same host. */
export const siteSettings = {
  sites: {
    schema: siteMap,
    optional: true,
    byGroup: true,
    help: 'Other sites on this host by domain, each with to or root; `sites add` writes them.',
    example: '{www.example.org: {to: "127.0.0.1:8080"}}',
  },
} as const;
