import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {check, ok} from './check.ts';

/** Checks that participants are told the public address of today. It is read from what the containers run with. */
export function advertisedAddress({publicAddress, project, turnDomain}: Blueprint): Check {
  return check('advertised-address', async ({host}): Promise<Finding> => {
    const [compose = '', relay = ''] = await Promise.all([
      host.files.read(`${project.directory}/compose.yaml`),
      turnDomain === undefined ? '' : host.files.read(`${project.directory}/turn/turnserver.conf`),
    ]);
    const bridge = /^[ -]*JVB_ADVERTISE_IPS: *["']?([^"'#\s]+)/m.exec(compose)?.[1]?.split(',').at(-1);
    const external = /^external-ip=([^/\s]+)/m.exec(relay)?.[1];
    const said = [
      ...(bridge === undefined ? [] : [{who: 'the bridge', address: bridge}]),
      ...(external === undefined ? [] : [{who: 'the relay', address: external}]),
    ];
    const evidence = said.map(({who, address}) => `${who}: ${address}`).join('; ');
    if (said.length === 0) throw new Error(`${project.directory}/compose.yaml names no address`);
    if (said.every(({address}) => address === publicAddress))
      return ok(`Participants are told ${publicAddress}.`, evidence);
    const {meaning, remedy} = entryOf('advertised-address');
    return {
      state: 'failed',
      isCertain: true,
      summary: meaning,
      evidence: `${evidence}; the public address is ${publicAddress}`,
      remedy,
    } as Finding;
  });
}
