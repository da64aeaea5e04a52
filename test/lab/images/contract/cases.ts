import {bundleProgram} from '../program.ts';
import {BRANDED_WEB, findMissingBranding, prepareBranding} from './branding.ts';
import type {CallReport} from './call.ts';
import {type Definition, PLACE, PREFIX, RIGHT, type Service, startCommand} from './definition.ts';
import {type Evidence, read, seen} from './evidence.ts';
import {demand, type Guest, readLog, waitFor} from './guest.ts';
import {REFUSALS, type Refusal} from './refusals.ts';
import {containerOf} from './stack.ts';

/** One promise of the contract: it is kept when nothing is returned, otherwise the complaint is. */
export type Case = {
  readonly title: string;
  /** The service whose right form has to be up, so that the case can fail. */
  readonly service: Service;
  readonly evidence: Evidence;
  readonly prove: (guest: Guest) => Promise<string | undefined>;
};

const WRONG = `${PREFIX}-wrong`;
const STOP_SECONDS = '10';
const LOG_SECONDS = 10;
const LATE_SECONDS = 15;
const JICOFO = 'http://127.0.0.1:8888';
const JICOFO_HEALTH = `${JICOFO}/about/health`;
const BRIDGE_HEALTH = 'http://127.0.0.1:8080/about/health';

const refusalCase = ({mistake, service, change, says, evidence}: Refusal): Case => ({
  title: `${service} does not start: ${mistake}`,
  service,
  evidence,
  prove: guest =>
    withWrong(guest, {...RIGHT[service], ...change}, async () => {
      const {stdout} = await guest(['timeout', STOP_SECONDS, 'docker', 'wait', WRONG]);
      const log = await readLog(guest, WRONG);
      if (stdout.trim() === '' || stdout.trim() === '0') {
        return `it runs, or ended well (status ${stdout.trim() || 'none'})`;
      }
      return says.test(log) ? undefined : `it said something else: ${log.trim()}`;
    }),
});

const wrongPasswordCase = (service: 'jicofo' | 'jvb', variable: string): Case => ({
  title: `${service} with a wrong password is not let in, and says at first that it is well`,
  service,
  evidence: service === 'jicofo' ? seen : read,
  prove: guest =>
    withWrong(guest, withEnvironment(service, {[variable]: 'wrong'}), async () => {
      const url = service === 'jicofo' ? JICOFO_HEALTH : BRIDGE_HEALTH;
      const isWell = () => statusOf(guest, WRONG, url).then(status => status === '200');
      if (!(await waitFor(LOG_SECONDS, isWell))) {
        return 'it never says that it is well';
      }
      const wasRefused = await waitFor(LOG_SECONDS, async () => /not-authorized/.test(await readLog(guest, WRONG)));
      return wasRefused ? undefined : `it was not refused: ${(await readLog(guest, WRONG)).trim()}`;
    }),
});

/** A jicofo that finds no server has no bridge either. */
const lateHealthCase: Case = {
  title: 'jicofo without a bridge says that it is well for ten seconds, and then that it is not',
  service: 'jicofo',
  evidence: seen,
  prove: guest =>
    withWrong(guest, withEnvironment('jicofo', {XMPP_SERVER: 'nowhere.invalid'}), async () => {
      const isStatus = async (status: string) => (await statusOf(guest, WRONG)) === status;
      if (!(await waitFor(LOG_SECONDS, () => isStatus('200')))) {
        return 'it never says that it is well';
      }
      return (await waitFor(LATE_SECONDS, () => isStatus('500'))) ? undefined : 'it goes on saying that it is well';
    }),
};

/** Logged in, it would take the session of the right jicofo away, since both have one name. */
const WITHOUT_HEALTH = {JICOFO_ENABLE_HEALTH_CHECKS: '', XMPP_SERVER: 'nowhere.invalid'};

const healthSwitchCase: Case = {
  title: 'jicofo has no health page without JICOFO_ENABLE_HEALTH_CHECKS',
  service: 'jicofo',
  evidence: read,
  prove: guest =>
    withWrong(guest, withEnvironment('jicofo', WITHOUT_HEALTH), async () => {
      const isAbsent = await waitFor(LOG_SECONDS, async () => (await statusOf(guest, WRONG)) === '404');
      const right = await statusOf(guest, containerOf('jicofo'));
      return isAbsent && right === '200' ? undefined : `it answers ${await statusOf(guest, WRONG)}, the right ${right}`;
    }),
};

const unreadableKeyCase: Case = {
  title: 'coturn goes on without its TLS listener when it cannot read the key',
  service: 'coturn',
  evidence: read,
  prove: guest =>
    withWrong(guest, {...RIGHT.coturn, volumes: [`${PLACE}/turn-unreadable:/etc/coturn:ro`]}, async () => {
      const complains = await waitFor(LOG_SECONDS, async () => /private key/.test(await readLog(guest, WRONG)));
      const plain = await guest(['docker', 'exec', WRONG, 'timeout', '5', 'turnutils_stunclient', '127.0.0.1']);
      const tls = await guest(['docker', 'exec', WRONG, 'bash', '-c', '</dev/tcp/127.0.0.1/5349']);
      if (plain.exitCode !== 0) {
        return `it does not answer STUN: ${await readLog(guest, WRONG)}`;
      }
      return complains && tls.exitCode !== 0 ? undefined : 'it listens for TLS, or does not complain';
    }),
};

const brandingCase: Case = {
  title: 'web appends its custom script, and serves a directory of branding in place of its own files',
  service: 'web',
  evidence: read,
  prove: async guest => {
    await prepareBranding(guest);
    return withWrong(guest, BRANDED_WEB, () => findMissingBranding(guest, WRONG));
  },
};

const healthRoomCase: Case = {
  title: 'jicofo lists the room of its own health check on its debug page, and counts it in no statistics',
  service: 'jicofo',
  evidence: seen,
  prove: async guest => {
    const lists = async () => Object.keys((await readPage(guest, 'debug')).focus_manager ?? {}).some(isHealthRoom);
    if (!(await waitFor(LATE_SECONDS, lists))) {
      return 'its debug page lists no such room';
    }
    const {conferences} = await readPage(guest, 'stats');
    return conferences === 0 ? undefined : `its statistics count ${conferences} conferences`;
  },
};

const isHealthRoom = (room: string): boolean => room.startsWith('__jicofo-health-check');

const readPage = async (guest: Guest, page: string): Promise<{focus_manager?: object; conferences?: number}> =>
  JSON.parse(await demand(guest, ['docker', 'exec', containerOf('jicofo'), 'curl', '--silent', `${JICOFO}/${page}`]));

/** What has to come of a call, and of checks that a real bridge drops in silence. */
const CALL: readonly (readonly [title: string, key: keyof CallReport, expected: string, evidence: Evidence])[] = [
  ['jicofo, asked by two at once, is ready for one of them', 'readyAtOnce', 'false and true', seen],
  ['the first request to a cold bridge takes more than 1 s', 'cold', 'more than 1 s', seen],
  ['jicofo invites both of two participants', 'invited', '2', seen],
  ['the bridge answers a check with its ufrag and password', 'known', 'answered', seen],
  ['the bridge is silent to an unknown ufrag', 'unknownUfrag', 'silence', read],
  ['the bridge is silent to a wrong password', 'wrongPassword', 'silence', read],
  ['the bridge is silent to a check that is not signed', 'unsigned', 'silence', read],
  ['the bridge is silent to a participant who has left', 'afterwards', 'silence', read],
];

const callCases = (): readonly Case[] => {
  let report: Promise<CallReport> | undefined;
  return CALL.map(([title, key, expected, evidence]) => ({
    title,
    evidence,
    service: 'jvb',
    prove: async guest => {
      report ??= placeCall(guest);
      const seen = String((await report)[key]);
      return seen === expected ? undefined : `${seen} instead of ${expected}`;
    },
  }));
};

/** The call is placed from a container of the network: jicofo's, whose real image has Node 20. */
const placeCall = async (guest: Guest): Promise<CallReport> => {
  const program = await bundleProgram('contract/call.ts', 'node20');
  return JSON.parse(
    await demand(
      guest,
      ['docker', 'exec', '--interactive', containerOf('jicofo'), 'node', '--no-warnings', '-'],
      program,
    ),
  );
};

/** Every promise of the contract. */
export const CASES: readonly Case[] = [
  ...REFUSALS.map(refusalCase),
  wrongPasswordCase('jicofo', 'JICOFO_AUTH_PASSWORD'),
  wrongPasswordCase('jvb', 'JVB_AUTH_PASSWORD'),
  lateHealthCase,
  healthSwitchCase,
  unreadableKeyCase,
  brandingCase,
  healthRoomCase,
  ...callCases(),
];

const withEnvironment = (service: Service, environment: Readonly<Record<string, string>>): Definition => ({
  ...RIGHT[service],
  environment: {...RIGHT[service].environment, ...environment},
});

const withWrong = async (
  guest: Guest,
  definition: Definition,
  prove: () => Promise<string | undefined>,
): Promise<string | undefined> => {
  try {
    // A container that cannot even be executed makes this command fail, and says why in its log or here.
    await guest(startCommand(WRONG, definition));
    return await prove();
  } finally {
    await guest(['docker', 'rm', '--force', '--volumes', WRONG]);
  }
};

const statusOf = async (guest: Guest, name: string, url = JICOFO_HEALTH): Promise<string> => {
  const curl = ['curl', '--silent', '--output', '/dev/null', '--write-out', '%{http_code}'];
  return (await guest(['docker', 'exec', name, ...curl, url])).stdout;
};
