import type {CheckContext, Opening} from '../../model/check.ts';
import type {MediaPath} from '../../network/media/path.ts';
import type {AudioStream} from '../../network/media/secure.ts';
import {describeReason} from './check.ts';
import type {Participant} from './place-call.ts';
import {patience, type Vantage} from './vantage.ts';
import {findBridgeFor, findMediaPort, type Visit} from './visit.ts';

/** The audio of one participant of the call, and the way that it takes. */
export type Voice = {readonly audio: AudioStream; readonly way: string};

/** Shows that the bridge answers, but that no audio passes. */
export class AudioLost extends Error {}

/** Opens the audio of a participant directly to the bridge. */
export function openDirect(vantage: Vantage, visit: Visit, index: 0 | 1): Opening<Voice> {
  return async context => {
    const [call, {openDirectPath}] = await Promise.all([
      context.share(visit.call),
      import('../../network/media/path.ts'),
    ]);
    const to = await findMediaPort(vantage, call[index], context);
    const path = await context.within(patience, until => openDirectPath(to, until));
    return openVoice({visit, participant: call[index], path}, context);
  };
}

/** Opens the audio of a participant through an allocation of its own at the relay. */
export function openRelayed(vantage: Vantage, visit: Visit, index: 1 | 2): Opening<Voice> {
  return async context => {
    const call = await context.share(visit.call);
    const allocation = await visit.relay[4](context);
    const {address, port} = findBridgeFor(vantage, call[index]);
    const denial = await context.within(patience, () => allocation.permit(address));
    if (denial !== 0) throw new Error(`the relay does not permit the bridge at ${address} (error ${denial})`);
    return openVoice({visit, participant: call[index], path: allocation.openPath({address, port})}, context);
  };
}

type Opened = {readonly visit: Visit; readonly participant: Participant; readonly path: MediaPath};

async function openVoice(
  {visit, participant: {own, fingerprint, ...bridge}, path}: Opened,
  context: CheckContext,
): Promise<Voice> {
  context.atEnd(path.close);
  const [{connect}, {secure}] = await Promise.all([
    import('../../network/media/ice.ts'),
    import('../../network/media/secure.ts'),
  ]);
  const identity = await context.share(visit.identity);
  const way = `${path.to.address}:${path.to.port}/udp`;
  const connected = await context
    .within(patience, until => connect(path, {own, bridge}, until))
    .catch(error => {
      throw new Error(`${way}: ICE check: ${describeReason(error)}`);
    });
  const audio = await context
    .within(patience, until => secure(connected, {identity, fingerprint, ssrc: own.ssrc}, until))
    .catch(error => {
      throw new AudioLost(`${way}: DTLS handshake: ${describeReason(error)}`);
    });
  context.atEnd(audio.close);
  return {audio, way};
}

/** Lets two participants hear each other, and says how long the first packets took. */
export async function talk(voices: readonly [Voice, Voice], {within}: CheckContext): Promise<string> {
  const {passAudio} = await import('../../network/media/audio.ts');
  const [one, other] = voices.map(({audio}) => audio) as [AudioStream, AudioStream];
  const both = within(patience, until => Promise.all([passAudio(one, other, until), passAudio(other, one, until)]));
  const passed = await both.catch(error => {
    throw new AudioLost(describeReason(error));
  });
  const took = Math.max(...passed.map(({milliseconds}) => milliseconds));
  const ways = [...new Set(voices.map(({way}) => way))].join(' and ');
  return `${passed.map(({received, sent}) => `${received} of ${sent}`).join(' and ')} packets, the first within ${took} ms, at ${ways}`;
}
