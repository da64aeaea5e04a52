import {guest} from './lab.ts';

/** Megabytes of resident memory: the median, and the peak. */
export type Memory = {readonly usual: number; readonly peak: number};

const log = '/run/jitsi-onebox-memory';

// The first argument distinguishes the worker from the program with the screens.
const sample = `for pid in $(pgrep -f lib/main.mjs); do
  who=screens; ! tr '\\0' ' ' </proc/$pid/cmdline | grep -q 'main.mjs worker' || who=worker
  sed -n "s/^Vm\\(HWM\\|RSS\\):[^0-9]*\\([0-9]*\\) kB/$who \\1 \\2/p" /proc/$pid/status
done`;

/** Measures the memory of the program's processes in the guest five times a second, until it is stopped. */
export async function startMeasuring(): Promise<{stop(): Promise<{worker: Memory; screens: Memory}>}> {
  await guest(`cat >${log}.sh`, `while sleep 0.2; do ${sample}; done >${log} 2>/dev/null`);
  await guest(`systemd-run -qu jitsi-onebox-memory sh ${log}.sh`);
  return {
    async stop() {
      const lines = (await guest(`systemctl stop jitsi-onebox-memory; cat ${log}`)).split('\n');
      const found = {worker: summarize(lines, 'worker'), screens: summarize(lines, 'screens')};
      console.log(`memory in MB: ${JSON.stringify(found)}`);
      return found;
    },
  };
}

function summarize(lines: readonly string[], who: string): Memory {
  const read = (kind: string) =>
    lines
      .filter(line => line.startsWith(`${who} ${kind} `))
      .map(line => Number(line.split(' ')[2]) / 1024)
      .toSorted((a, b) => a - b);
  const [resident, peaks] = [read('RSS'), read('HWM')];
  return {
    usual: Math.round(resident[resident.length >> 1] ?? Number.NaN),
    peak: Math.round(peaks.at(-1) ?? Number.NaN),
  };
}
