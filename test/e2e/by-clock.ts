import {eventually, guest} from './lab.ts';

/**
 * Moves the time of a timer to the next seconds and waits until the clock has started its service and that has ended; returns the
 * result of the service. A guest has the clock of its machine, so the clock itself cannot be moved.
 */
export async function letTimerFire(word: string, seconds: number): Promise<string> {
  const [timer, service] = [`jitsi-onebox-${word}.timer`, `jitsi-onebox-${word}.service`];
  const folder = `/run/systemd/system/${timer}.d`;
  const show = (unit: string, property: string) => guest(`systemctl show --property=${property} --value ${unit}`);
  const former = await show(service, 'InvocationID');
  const moved = '[Timer]\\nOnCalendar=\\nOnCalendar=%s\\nRandomizedDelaySec=0\\nAccuracySec=1s\\n';
  const moment = `"$(date --date '+4 seconds' '+%F %T')"`;
  const reload = 'systemctl daemon-reload && systemctl restart';
  await guest(`mkdir -p ${folder} && printf '${moved}' ${moment} >${folder}/soon.conf && ${reload} ${timer}`);
  try {
    await eventually(seconds, async () => {
      const [invocation, state] = await Promise.all([show(service, 'InvocationID'), show(service, 'ActiveState')]);
      if (invocation === former || invocation === '') throw new Error(`${timer} did not start ${service}.`);
      if (!['inactive', 'failed'].includes(state)) throw new Error(`${service} did not end in ${seconds} s.`);
    });
  } finally {
    await guest(`rm -r ${folder} && ${reload} ${timer}`);
  }
  return show(service, 'Result');
}

/** Returns when a timer is to fire next, as systemd says it. */
export const nextOf = (word: string) =>
  guest(`systemctl show --property=NextElapseUSecRealtime --value jitsi-onebox-${word}.timer`);
