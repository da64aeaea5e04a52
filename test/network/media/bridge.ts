import {onTestFinished} from 'vitest';
import {connect} from '../../../src/network/media/ice.ts';
import {inventEnd, type OwnEnd} from '../../../src/network/media/own-end.ts';
import {type MediaPath, openDirectPath} from '../../../src/network/media/path.ts';
import {type AudioStream, makeIdentity, secure} from '../../../src/network/media/secure.ts';
import {openEndpoints, type Remote} from '../../lab/images/programs/jvb/endpoints.ts';
import {openMediaPort} from '../../lab/images/programs/jvb/media-port.ts';
import {fingerprintOf, makeIdentity as makeBridge} from '../../lab/images/programs/jvb/switchboard.ts';

export type Joining = {
  readonly meeting?: string;
  /** What the bridge is told of the participant instead of the truth. */
  readonly announced?: Partial<Remote>;
  /** The fingerprint that the participant expects. */
  readonly expected?: string;
  /** Which packets of the participant get through. */
  readonly passes?: (packet: Buffer) => boolean;
  readonly signal?: AbortSignal;
};

/** Starts the lab's bridge on the loopback address for one test; participants join it by its own rules. */
export async function startBridge() {
  const bridge = await makeBridge();
  const endpoints = openEndpoints();
  const socket = await openMediaPort(0, endpoints, bridge);
  onTestFinished(() => void socket.close());
  const identity = await makeIdentity();
  const to = {address: '127.0.0.1', port: socket.address().port};
  let count = 0;
  return {
    to,
    endpoints,
    async join({
      meeting = 'room',
      announced = {},
      expected = fingerprintOf(bridge),
      passes = () => true,
      signal = AbortSignal.timeout(3000),
    }: Joining = {}): Promise<AudioStream> {
      count += 1;
      const id = `guest-${count}`;
      const own = inventEnd(identity.fingerprint);
      const credentials = endpoints.add(meeting, id);
      endpoints.accept(meeting, id, describe(own, announced));
      const path = filter(await openDirectPath(to, signal), passes);
      onTestFinished(path.close);
      const line = await connect(path, {own, bridge: credentials}, signal);
      return secure(line, {identity, fingerprint: expected, ssrc: own.ssrc}, signal);
    },
  };
}

const describe = ({ufrag, password, fingerprint, ssrc}: OwnEnd, announced: Partial<Remote>): Remote => ({
  ...{ufrag, password, fingerprint, ssrcs: [ssrc]},
  ...announced,
});

function filter(path: MediaPath, passes: (packet: Buffer) => boolean): MediaPath {
  return {
    ...path,
    send: packet => void (passes(packet) && path.send(packet)),
    listen: receive => path.listen(packet => void (passes(packet) && receive(packet))),
  };
}
