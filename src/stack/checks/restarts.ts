import {entryOf} from '../../model/catalogue.ts';
import type {Check} from '../../model/check.ts';
import type {Host} from '../../model/host.ts';
import {check} from './check.ts';
import {units} from './host.ts';

/** Code that a process runs and whose file was replaced, as /proc/PID/maps shows it. */
const replacedCode = '^[^ ]+ r.xp .* /(usr|lib|lib64|bin|sbin|opt)/.* \\(deleted\\)$';

/**
 * Checks whether installed updates are in use: a service keeps the libraries that it was started with, and the machine its kernel. At
 * most a warning, since everything works.
 */
export const restartNeeded: Check = check('restart-needed', async ({host}) => {
  const [stale, reboot] = await Promise.all([findStale(host), findReboot(host)]);
  if (stale.length === 0 && reboot === undefined) return 'Services and kernel run as they are installed.';
  const restarts = stale.map(unit => `${unit} runs code from before an update`);
  return {
    state: 'warning',
    summary: entryOf('restart-needed').meaning,
    evidence: [...restarts, ...(reboot === undefined ? [] : [reboot])].join('; '),
    remedy: `Outside of meetings: sudo systemctl ${reboot === undefined ? `restart ${stale.join(' ')}` : 'reboot'}.`,
  };
});

/** Finds the units whose main process runs code that is no longer on the disk. */
async function findStale(host: Host): Promise<readonly string[]> {
  const names = units.map(([, unit]) => unit);
  const {stdout} = await host.query({argv: ['systemctl', 'show', '--property=Id,MainPID', ...names]});
  const mains = new Map<string, string>(
    stdout.split('\n\n').flatMap(block => {
      const [, unit] = /^Id=(.+)$/m.exec(block) ?? [];
      const [, pid] = /^MainPID=([1-9]\d*)$/m.exec(block) ?? [];
      return unit === undefined || pid === undefined ? [] : [[`/proc/${pid}/maps`, unit] as const];
    }),
  );
  if (mains.size === 0) return [];
  const options = ['--files-with-matches', '--no-messages', '--extended-regexp', `--regexp=${replacedCode}`];
  const found = await host.query({argv: ['grep', ...options, ...mains.keys()]});
  return found.stdout.split('\n').flatMap(path => mains.get(path) ?? []);
}

/** Finds out whether a package asked for a reboot, or a newer kernel than the running one is installed; a container has none. */
async function findReboot(host: Host): Promise<string | undefined> {
  const [asked, newest, running] = await Promise.all([
    host.files.stat('/run/reboot-required'),
    host.files.readLink('/vmlinuz').catch(() => undefined),
    host.query({argv: ['uname', '--kernel-release']}),
  ]);
  const [, installed] = /vmlinuz-(.+)$/.exec(newest ?? '') ?? [];
  const release = running.stdout.trim();
  if (installed !== undefined && running.exitCode === 0 && installed !== release)
    return `kernel ${installed} is installed, and ${release} runs`;
  return asked === undefined ? undefined : 'an updated package asks for a reboot (/run/reboot-required)';
}
