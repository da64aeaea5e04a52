import type {Facts} from '../model/facts.ts';
import {Problem} from '../model/problem.ts';

/** Warns of certbots besides Debian's, which the plan installs: they share the certificates in /etc/letsencrypt. */
export function adviseOnCertbots({otherCertbots}: Facts): readonly Problem[] {
  return (otherCertbots.value ?? []).map(path => {
    const {timer, removal} = path.startsWith('/snap/')
      ? {timer: 'snap.certbot.renew.timer', removal: 'run `snap remove certbot`'}
      : {
          timer: 'a line in /etc/crontab',
          removal: 'remove /opt/certbot, the link to it and the line with certbot in /etc/crontab',
        };
    return new Problem({
      code: 'certbot-twice',
      about: path,
      summary: `A certbot that is not Debian's is here: ${path}.`,
      why: `Two timers then renew all certificates: certbot.timer and ${timer}. Debian's certbot fails for those that need a plugin it does not have.`,
      remedy: `After the installation, ${removal}: the certificates stay, and Debian's certbot renews them. For one that needs a plugin, install its package first (python3-certbot-…), or keep the other certbot for it.`,
    });
  });
}
