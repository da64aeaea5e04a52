import {compareListings, listHost} from '../lab/listing.ts';
import {type Answer, ask, guest} from './lab.ts';

/** Runs `undo` in the guest. */
export const undo = (...options: readonly string[]): Promise<Answer> =>
  ask('guest', ['jitsi-onebox', 'undo', '--yes', '--plain', ...options]);

/** Files that every run changes, what certbot 2 keeps of every order, and what running containers write. */
const statusFiles =
  /\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$|\/var\/lib\/jitsi-onebox|\/srv\/jitsi\/(storage|prosody)|\/etc\/letsencrypt\/(keys|csr)\//;

/** Compares the guest with an earlier listing, but for what changes with every run; Docker names a bridge anew each time. */
export async function differences(before: readonly string[]): Promise<readonly string[]> {
  const [old, now] = [before, await listHost(guest)].map(lines =>
    lines.map(line => line.replaceAll(/br-[0-9a-f]{12}/g, 'br-…').replace(/fe80::\S+ dev br/, 'fe80::… dev br')),
  );
  return compareListings(old ?? [], now ?? []).filter(line => !statusFiles.test(line));
}

/** Lists the services that run, each with the digest of its definition. */
export const listContainers = (): Promise<string> =>
  guest(`docker ps --format '{{.Label "com.docker.compose.service"}} {{.Label "org.jitsi-onebox.digest"}}' | sort`);
