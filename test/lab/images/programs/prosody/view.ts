import {type Environment, isOn, listOf, textOf} from '../init/environment.ts';
import {Refusal} from '../init/refusal.ts';
import {externalServicesOf} from './external-services.ts';

/** What prosody's configuration is rendered with. */
export const prosodyViewOf = (environment: Environment) => {
  const authentication = isOn(environment, 'ENABLE_AUTH', false);
  return {
    ...domainsOf(environment),
    ...externalServicesOf(environment),
    authentication,
    ...accessOf(environment, authentication),
    guests: authentication && isOn(environment, 'ENABLE_GUESTS', false),
    websocket: isOn(environment, 'ENABLE_XMPP_WEBSOCKET', true),
    encryption: isOn(environment, 'PROSODY_C2S_REQUIRE_ENCRYPTION', true),
    ipv6: isOn(environment, 'ENABLE_IPV6', true),
    level: textOf(environment, {name: 'LOG_LEVEL', otherwise: 'info'}),
    port: textOf(environment, {name: 'XMPP_PORT', otherwise: '5222'}),
    httpPort: textOf(environment, {name: 'PROSODY_HTTP_PORT', otherwise: '5280'}),
    proxies: listOf(environment, 'PROSODY_TRUSTED_PROXIES', '127.0.0.1,::1'),
    bridge: textOf(environment, {name: 'JVB_AUTH_USER', otherwise: 'jvb'}),
  };
};

/** How people with an account, or with a token, prove who they are; a kind that the stand-in does not have stops it. */
const accessOf = (environment: Environment, authentication: boolean) => {
  const kind = textOf(environment, {name: 'AUTH_TYPE', otherwise: 'internal'});
  if (authentication && kind !== 'internal' && kind !== 'jwt') {
    throw new Refusal([`the stand-in does not have AUTH_TYPE=${kind}`]);
  }
  const tokens = authentication && kind === 'jwt';
  return {
    accounts: authentication && !tokens,
    anonymous: !authentication,
    tokens,
    appId: environment.JWT_APP_ID ?? '',
    appSecret: environment.JWT_APP_SECRET ?? '',
    emptyTokens: isOn(environment, 'JWT_ALLOW_EMPTY', false),
    issuers: listOf(environment, 'JWT_ACCEPTED_ISSUERS', environment.JWT_APP_ID),
    audiences: listOf(environment, 'JWT_ACCEPTED_AUDIENCES', '*'),
    mucModules: listOf(environment, 'XMPP_MUC_MODULES'),
  };
};

const domainsOf = (environment: Environment) => ({
  domain: textOf(environment, {name: 'XMPP_DOMAIN', otherwise: 'meet.jitsi'}),
  authDomain: textOf(environment, {name: 'XMPP_AUTH_DOMAIN', otherwise: 'auth.meet.jitsi'}),
  guestDomain: textOf(environment, {name: 'XMPP_GUEST_DOMAIN', otherwise: 'guest.meet.jitsi'}),
  mucDomain: textOf(environment, {name: 'XMPP_MUC_DOMAIN', otherwise: 'muc.meet.jitsi'}),
  internalMucDomain: textOf(environment, {name: 'XMPP_INTERNAL_MUC_DOMAIN', otherwise: 'internal-muc.meet.jitsi'}),
});
