import {type Element, xml} from '@xmpp/client';
import {NAMESPACE} from './names.ts';

/** The error that answers a request: one that it cannot mend by being repeated, or one for want of a login. */
export const stanzaError = (condition: string, text: string): Element =>
  xml(
    'error',
    {type: condition === 'not-authorized' ? 'auth' : 'cancel'},
    xml(condition, NAMESPACE.stanzas),
    xml('text', NAMESPACE.stanzas, text),
  );
