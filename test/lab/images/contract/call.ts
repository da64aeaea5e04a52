import {setTimeout as sleep} from 'node:timers/promises';
import {type Check, checkConnectivity} from './connectivity-check.ts';
import {enterRoom, type Invitation} from './participant.ts';

/** What a call of two participants, and checks of people who are in none, showed about the bridge. */
export type CallReport = {
  readonly invited: number;
  readonly addresses: readonly string[];
  readonly known: string;
  readonly unknownUfrag: string;
  readonly wrongPassword: string;
  readonly unsigned: string;
  readonly afterwards: string;
};

const PATIENCE_MS = 10_000;

const placeCall = async (): Promise<CallReport> => {
  const room = `contract-${process.pid}@muc.meet.jitsi`;
  const participants = [await enterRoom(room), await enterRoom(room)];
  const invitations = await Promise.all(participants.map(({invitation}) => invitation));
  const [invitation] = invitations;
  if (invitation === undefined) {
    throw new Error('nobody was invited');
  }
  const during = await probe(invitation);
  await Promise.all(participants.map(({leave}) => leave()));
  await sleep(500);
  return {
    invited: new Set(invitations.map(({ufrag}) => ufrag)).size,
    addresses: invitation.candidates.map(({ip}) => ip),
    ...during,
    afterwards: await checkConnectivity(checkOf(invitation)),
  };
};

const probe = async (invitation: Invitation) => {
  const check = checkOf(invitation);
  const {password: _, ...unsigned} = check;
  return {
    known: await checkConnectivity(check),
    unknownUfrag: await checkConnectivity({...check, ufrag: 'nobody'}),
    wrongPassword: await checkConnectivity({...check, password: 'guessed'}),
    unsigned: await checkConnectivity(unsigned),
  };
};

const checkOf = ({ufrag, password, candidates: [candidate]}: Invitation): Check & {readonly password: string} => ({
  ip: candidate?.ip ?? '',
  port: candidate?.port ?? 0,
  ufrag,
  password,
  expected: password,
});

const timer = setTimeout(() => {
  console.error('the call did not come about');
  process.exit(1);
}, PATIENCE_MS);
void placeCall().then(report => {
  console.log(JSON.stringify(report));
  clearTimeout(timer);
  process.exit(0);
});
