import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import {copiedFiles} from '../../resources/certificate-copy.ts';
import {tlsPath} from '../../resources/stand-in-certificate.ts';
import type {Blueprint} from '../blueprint.ts';
import {relayCertificates} from '../turn.ts';
import {check, ok} from './check.ts';

/** Checks the relay's own copy of its certificate: that it can read the key, and that it is the one in use. */
export function relayFileChecks(blueprint: Blueprint): readonly Check[] {
  const {turnDomain, users} = blueprint;
  if (turnDomain === undefined) return [];
  const paths = copiedFiles(relayCertificates(blueprint));
  return [
    check('turn-key', async ({host}): Promise<Finding> => {
      const {uid} = users.turn;
      const states = await Promise.all(paths.map(async path => ({path, state: await host.files.stat(path)})));
      const wrong = states.flatMap(({path, state}) => {
        if (state === undefined) return [`${path} is missing`];
        if (state.uid !== uid) return [`${path} is for the user ${state.uid} instead of ${uid}`];
        return (state.mode & 0o400) === 0 ? [`${path} has the mode ${state.mode.toString(8)}`] : [];
      });
      if (wrong.length > 0) return fail('turn-key', wrong.join('; '));
      return ok('The relay may read its key.', `${paths.join(' and ')}, user ${uid}`);
    }),
    check(
      'turn-copy',
      async ({host}): Promise<Finding> => {
        const sources = copiedFiles(tlsPath(turnDomain));
        const read = (path: string) => host.files.read(path);
        const [own, source] = await Promise.all([paths, sources].map(each => Promise.all(each.map(read))));
        const stale = paths.filter((_, index) => own?.[index] !== source?.[index]);
        if (stale.length > 0) return fail('turn-copy', `${stale.join(' and ')} differ from ${tlsPath(turnDomain)}`);
        return ok('The relay has the certificate that is in use.', sources.join(' and '));
      },
      {after: ['turn-key']},
    ),
  ];
}

function fail(code: 'turn-key' | 'turn-copy', evidence: string): Finding {
  const {meaning, remedy} = entryOf(code);
  return {state: 'failed', summary: meaning, evidence, remedy};
}
