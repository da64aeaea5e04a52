import type {Entry} from './entry.ts';

/** The checks of how certificates are renewed and brought into effect. */
export const certificateChecks = {
  'certificate-renewal': {
    title: 'Renewal of the certificates',
    place: 'nginx',
    meaning: 'The certificates are not renewed, so browsers will refuse them when they end.',
    remedy: 'Run `jitsi-onebox apply`, which starts certbot.timer. Its log is /var/log/letsencrypt/letsencrypt.log.',
  },
  'deploy-hook': {
    title: 'Deployment of new certificates',
    place: 'nginx',
    meaning: 'The deploy hook of a renewed certificate failed, so the former one may still be served.',
    remedy: 'Correct what the evidence names, then run `jitsi-onebox apply`, which runs the hook again.',
  },
  'certificate-served': {
    title: 'Certificates on every port',
    place: 'nginx',
    meaning: 'A port does not show the newest certificate, so participants see one that ends sooner.',
    remedy: 'Run `jitsi-onebox apply`. If it changes nothing, run `systemctl reload nginx` and restart the relay.',
  },
} as const satisfies Readonly<Record<string, Entry>>;
