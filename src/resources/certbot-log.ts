import {type LogRecord, parseCertbotLog} from '../model/certbot-log.ts';
import type {Host} from '../model/host.ts';

const log = '/var/log/letsencrypt/letsencrypt.log';
/** About a week of two lineages that cannot be renewed. */
const bytes = 4_000_000;

/** Reads the newest part of certbot's log; only root may, and for others it is empty. */
export async function readCertbotLog(host: Pick<Host, 'query'>): Promise<readonly LogRecord[]> {
  const {stdout} = await host.query({argv: ['tail', `--bytes=${bytes}`, log]});
  return parseCertbotLog(stdout);
}
