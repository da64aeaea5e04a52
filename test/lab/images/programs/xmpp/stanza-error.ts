import {type Element, xml} from '@xmpp/client';
import {NAMESPACE} from './names.ts';

/** The error that answers a request. */
export const stanzaError = (condition: string, text?: string): Element =>
  xml('error', {type: 'cancel'}, xml(condition, NAMESPACE.stanzas), text && xml('text', NAMESPACE.stanzas, text));
