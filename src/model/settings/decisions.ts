import * as v from 'valibot';
import {softCodes} from '../catalogue.ts';

/** What the user decided about findings and about files of ours. */
export const decisionSettings = {
  accepted: {
    schema: v.pipe(
      v.array(
        v.picklist(softCodes, ({input}) => `has the code "${input}", which stops participants or does not exist`),
      ),
      v.readonly(),
    ),
    default: [],
    help: 'Codes of findings that you accept: they stay in the list, and no longer count.',
    example: '[udp-buffers]',
  },
  kept: {
    schema: v.pipe(v.array(v.pipe(v.string(), v.regex(/^\/[^\0\n]+$/, 'has something that is no path'))), v.readonly()),
    default: [],
    help: 'Files of jitsi-onebox with changes of yours that stay: what is new is merged into them.',
    example: '[/etc/haproxy/haproxy.cfg]',
  },
} as const;
