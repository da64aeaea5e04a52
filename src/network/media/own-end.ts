import {randomBytes, randomInt} from 'node:crypto';
import type {IceCredentials} from '../stun.ts';

/** A participant's end of the media: what the bridge learns of it when the invitation is accepted. */
export type OwnEnd = IceCredentials & {
  readonly fingerprint: string;
  /** The number of the audio that the participant sends. */
  readonly ssrc: number;
};

/** Invents the end of a participant who shows the certificate of this fingerprint, or of one who has none and will send nothing. */
export function inventEnd(fingerprint = inventFingerprint()): OwnEnd {
  return {
    ufrag: randomBytes(4).toString('hex'),
    password: randomBytes(16).toString('hex'),
    fingerprint,
    ssrc: randomInt(1, 2 ** 32),
  };
}

const inventFingerprint = () => (randomBytes(32).toString('hex').toUpperCase().match(/../g) ?? []).join(':');
