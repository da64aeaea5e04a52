import {accessSync, constants, readFileSync, statfsSync, statSync} from 'node:fs';
import {Refusal} from './refusal.ts';

const PREINIT = '/package/admin/s6-overlay/libexec/preinit';
const STAGE0 = '/package/admin/s6-overlay/libexec/stage0';
const SETUP_PROBLEM = 100;
const NOT_EXECUTABLE = 126;
const MEBIBYTE = 1024 * 1024;
/** What upstream's Java images need for the libraries they unpack at each start. */
const LARGE_RUN = 32 * MEBIBYTE;

/** Refuses to start where s6-overlay, which starts upstream's images, would. */
export const checkSurroundings = ({needsLargeRun}: {readonly needsLargeRun: boolean}): void => {
  checkProcess();
  checkRoot();
  checkRunOwner();
  checkRunOptions();
  if (needsLargeRun) {
    checkRunSize();
  }
};

const checkProcess = (): void => {
  if (process.pid !== 1) {
    throw new Refusal(['s6-overlay-suexec: fatal: can only run as pid 1'], SETUP_PROBLEM);
  }
};

/** Upstream would start; here a compose file that lost `read_only` has to show. */
const checkRoot = (): void => {
  if (!mountOptionsOf('/').includes('ro')) {
    throw new Refusal(['stand-in: fatal: the root file system is writable: read_only is missing'], SETUP_PROBLEM);
  }
};

const checkRunOwner = (): void => {
  const owner = statSync('/run').uid;
  if (owner !== process.getuid?.() || !isWritable('/run')) {
    throw new Refusal(
      [
        `${PREINIT}: 1: cannot create /run/test of writability: Permission denied`,
        `s6-overlay-suexec: fatal: child failed with exit code ${SETUP_PROBLEM}`,
      ],
      SETUP_PROBLEM,
    );
  }
};

const checkRunOptions = (): void => {
  if (mountOptionsOf('/run').includes('noexec')) {
    throw new Refusal(
      [
        `${PREINIT}: warning: your container manager pre-mounts run with the incorrect noexec option, which s6-overlay cannot work with; expect /init to crash soon.`,
        `${STAGE0}: exec: /run/s6/basedir/bin/init: Permission denied`,
      ],
      NOT_EXECUTABLE,
    );
  }
};

const checkRunSize = (): void => {
  const {blocks, bsize} = statfsSync('/run');
  if (blocks * bsize < LARGE_RUN) {
    const size = `${Math.floor((blocks * bsize) / MEBIBYTE)}M`;
    throw new Refusal([`java.io.IOException: No space left on device (/run is ${size}, 32M are needed)`]);
  }
};

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const mountOptionsOf = (path: string): readonly string[] => {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const options = lines.map(line => line.split(' ')).findLast(fields => fields[4] === path)?.[5];
  return options?.split(',') ?? [];
};
