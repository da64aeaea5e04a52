import {createHash} from 'node:crypto';
import type {Element} from '@xmpp/client';
import {NAMESPACE} from './names.ts';

/** What a participant announces in presence (XEP-0115): the hash stands for identities and features. */
export type Capabilities = {readonly node: string; readonly hash: string};

/** Reads the capabilities in a presence; undefined if it announces none. */
export const readCapabilities = (presence: Element): Capabilities | undefined => {
  const {node, ver} = presence.getChild('c', NAMESPACE.capabilities)?.attrs ?? {};
  return node && ver ? {node, hash: ver} : undefined;
};

/** The features in an answer to disco#info. */
export const readFeatures = (query: Element): readonly string[] =>
  query.getChildren('feature').map(({attrs}) => attrs.var ?? '');

/** The hash that belongs to an answer to disco#info. */
export const hashOf = (query: Element): string => {
  const identities = query
    .getChildren('identity')
    .map(({attrs}) => [attrs.category, attrs.type, attrs['xml:lang'], attrs.name].map(each => each ?? '').join('/'));
  const text = [...identities.toSorted(), ...readFeatures(query).toSorted()].map(each => `${each}<`).join('');
  return createHash('sha1').update(text).digest('base64');
};
