import {idOf} from './lab.ts';

const site = '/etc/nginx/sites-available/jitsi.conf';
export const turn = '/srv/jitsi/turn';
export const editSite = (script: string) => `sed -i '${script}' ${site} && systemctl reload nginx`;
export const editRelay = (script: string) =>
  `sed -i '${script}' ${turn}/turnserver.conf && docker restart --time 1 ${idOf('turn')} && sleep 1`;
/** Makes a container again if its definition or a password has changed. */
export const composeUp = (service: string) =>
  `cd /srv/jitsi && $(docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose) -p jitsi up -d --no-deps ${service} 2>&1`;
export const editCompose = (service: string, script: string) =>
  `cd /srv/jitsi && sed -i '/^  ${service}:/,/^  [a-z]/ {${script}}' compose.yaml && ${composeUp(service)}`;
export const signedByItself = (name: string, directory: string) =>
  `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=${name} -addext subjectAltName=DNS:${name} -keyout /tmp/key -out /tmp/pem 2>/dev/null && cat /tmp/key > ${directory}/privkey.pem && cat /tmp/pem > ${directory}/fullchain.pem`;
/** A file of the kernel in another form. */
export const pretend = (path: string, script: string) =>
  `sed '${script}' ${path} > /tmp/pretended && mount --bind /tmp/pretended ${path}`;
export const drop = (name: string, rule: string) =>
  `nft 'table inet ${name} { chain input { type filter hook input priority 10; ${rule} drop; }; }'`;
