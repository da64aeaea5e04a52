import {setTimeout as sleep} from 'node:timers/promises';
import {type Check, checkConnectivity} from './connectivity-check.ts';
import {askAtOnce, enterRoom, type Invitation, type Participant} from './participant.ts';

/** What a call of two participants, and checks of people who are in none, showed about the bridge. */
export type CallReport = {
  /** Whether the conference was ready for each of two who asked at once. */
  readonly readyAtOnce: string;
  /** How long the invitations of a bridge took that nobody had used before. */
  readonly cold: string;
  readonly invited: number;
  readonly addresses: readonly string[];
  readonly known: string;
  readonly unknownUfrag: string;
  readonly wrongPassword: string;
  readonly unsigned: string;
  readonly afterwards: string;
};

const PATIENCE_MS = 20_000;
const COLD_MS = 1000;

const placeCall = async (): Promise<CallReport> => {
  const answers = await askAtOnce(nameRoom('at-once'), 2);
  const {participants, invitations, took} = await meet(nameRoom('cold'));
  const [invitation] = invitations;
  if (invitation === undefined) {
    throw new Error('nobody was invited');
  }
  const during = await probe(invitation);
  await leaveAll(participants);
  await sleep(500);
  const afterwards = await checkConnectivity(checkOf(invitation));
  const warm = await meet(nameRoom('warm'));
  await leaveAll(warm.participants);
  return {
    readyAtOnce: answers.toSorted().join(' and '),
    cold: took > COLD_MS && took > warm.took ? 'more than 1 s' : `${took} ms, and ${warm.took} ms later`,
    invited: new Set(invitations.map(({ufrag}) => ufrag)).size,
    addresses: invitation.candidates.map(({ip}) => ip),
    ...during,
    afterwards,
  };
};

const nameRoom = (name: string): string => `contract-${name}-${process.pid}@muc.meet.jitsi`;

/** Lets two participants meet, and measures what their invitations take once both are there. */
const meet = async (room: string) => {
  const participants = [await enterRoom(room), await enterRoom(room)];
  const since = performance.now();
  const invitations = await Promise.all(participants.map(({invitation}) => invitation));
  return {participants, invitations, took: Math.round(performance.now() - since)};
};

const leaveAll = (participants: readonly Participant[]): Promise<unknown> =>
  Promise.all(participants.map(({leave}) => leave()));

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
  console.error(`the call did not come about within ${PATIENCE_MS / 1000} s`);
  process.exit(1);
}, PATIENCE_MS);
void placeCall().then(report => {
  console.log(JSON.stringify(report));
  clearTimeout(timer);
  process.exit(0);
});
