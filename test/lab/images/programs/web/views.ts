import {type Environment, isOn, listOf, textOf} from '../init/environment.ts';

/** What nginx's templates are rendered with. */
export const serverViewOf = (environment: Environment, resolvConf: string) => ({
  https: !isOn(environment, 'DISABLE_HTTPS', false),
  ipv6: isOn(environment, 'ENABLE_IPV6', true),
  redirect: isOn(environment, 'ENABLE_HTTP_REDIRECT', false),
  websocket: isOn(environment, 'ENABLE_XMPP_WEBSOCKET', true),
  tenants: isOn(environment, 'ENABLE_SUBDOMAINS', true),
  domain: textOf(environment, {name: 'XMPP_DOMAIN', otherwise: 'meet.jitsi'}),
  prosody: textOf(environment, {name: 'XMPP_BOSH_URL_BASE', otherwise: 'http://xmpp.meet.jitsi:5280'}),
  resolver: textOf(environment, {name: 'NGINX_RESOLVER', otherwise: nameserversOf(resolvConf)}),
  workers: textOf(environment, {name: 'NGINX_WORKER_PROCESSES', otherwise: '4'}),
  etherpad: environment.ETHERPAD_URL_BASE,
  whiteboard: environment.WHITEBOARD_COLLAB_SERVER_URL_BASE,
  connections: textOf(environment, {name: 'NGINX_WORKER_CONNECTIONS', otherwise: '768'}),
  keepalive: textOf(environment, {name: 'NGINX_KEEPALIVE_TIMEOUT', otherwise: '65'}),
});

const nameserversOf = (resolvConf: string): string =>
  [...resolvConf.matchAll(/^nameserver\s+(\S+)/gm)]
    .map(([, address = '']) => (address.includes(':') ? `[${address}]` : address))
    .join(' ');

/** What config.js is rendered with: the variables that a participant's browser depends on. */
export const configViewOf = (environment: Environment) => {
  const authentication = isOn(environment, 'ENABLE_AUTH', false);
  const place = placeOf(environment);
  return {
    ...place,
    domain: textOf(environment, {name: 'XMPP_DOMAIN', otherwise: 'meet.jitsi'}),
    muc: textOf(environment, {name: 'XMPP_MUC_DOMAIN', otherwise: 'muc.meet.jitsi'}),
    tenants: isOn(environment, 'ENABLE_SUBDOMAINS', true),
    websocket: isOn(environment, 'ENABLE_XMPP_WEBSOCKET', true),
    authentication: authentication && isOn(environment, 'ENABLE_AUTH_DOMAIN', true),
    guests: authentication && isOn(environment, 'ENABLE_GUESTS', false),
    guestDomain: textOf(environment, {name: 'XMPP_GUEST_DOMAIN', otherwise: 'guest.meet.jitsi'}),
    ...featuresOf(environment),
    ...extrasOf(environment, `https://${place.host}`),
  };
};

/** Where browsers look for the extras: elsewhere, or below the pages' own address. */
const extrasOf = (environment: Environment, own: string) => ({
  etherpadUrl: environment.ETHERPAD_PUBLIC_URL || (environment.ETHERPAD_URL_BASE && `${own}/etherpad/p/`),
  whiteboardUrl:
    environment.WHITEBOARD_COLLAB_SERVER_PUBLIC_URL || (environment.WHITEBOARD_COLLAB_SERVER_URL_BASE && own),
});

const placeOf = (environment: Environment) => {
  const url = textOf(environment, {name: 'PUBLIC_URL', otherwise: 'https://localhost:8443'});
  const host = url.replace(/^https:\/\//, '').replace(/\/$/, '');
  return {host, boshBase: isOn(environment, 'BOSH_RELATIVE', false) ? '' : `https://${host}`};
};

const featuresOf = (environment: Environment) => ({
  p2p: isOn(environment, 'ENABLE_P2P', true),
  stunServers: listOf(environment, 'P2P_STUN_SERVERS', 'meet-jit-si-turnrelay.jitsi.net:443'),
  prejoin: isOn(environment, 'ENABLE_PREJOIN_PAGE', true),
  welcome: isOn(environment, 'ENABLE_WELCOME_PAGE', true),
  preferSctp: isOn(environment, 'JVB_PREFER_SCTP', true),
  defaultLanguage: environment.DEFAULT_LANGUAGE,
  dynamicBranding: environment.DYNAMIC_BRANDING_URL,
  branding: environment.DYNAMIC_BRANDING_URL ? undefined : environment.BRANDING_DATA_URL,
});
