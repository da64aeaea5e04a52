import {entryOf} from '../../model/catalogue.ts';
import type {Check, Finding} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {check, ok} from './check.ts';
import {units} from './host.ts';

const unitNames = units.map(([, unit]) => unit);
const atBoot = [...unitNames, 'certbot.timer'];

/** Checks that the parts do not end by themselves, and start with this host. */
export function steadinessChecks({project}: Blueprint): readonly Check[] {
  return [containerRestarts(project.name), serviceRestarts, startAtBoot];
}

function containerRestarts(project: string): Check {
  return check('container-restarts', async ({host}): Promise<Finding> => {
    const all = await host.docker.containers(project);
    const restarted = all.filter(({restarts}) => restarts > 0);
    if (restarted.length === 0) return ok('No container ended by itself.', `looked at ${all.length} containers`);
    const {meaning} = entryOf('container-restarts');
    const evidence = restarted.map(({service, restarts}) => `${service}: ${times(restarts)} since it was created`);
    const [first] = restarted;
    return {
      state: 'warning',
      summary: meaning,
      evidence: evidence.join('; '),
      remedy: `Look at \`docker logs ${first?.id.slice(0, 12)}\`. With too little memory, the kernel ends it: see memory-kills.`,
    };
  });
}

const serviceRestarts = check('service-restarts', async ({host}): Promise<Finding> => {
  const {stdout} = await host.query({argv: ['systemctl', 'show', '--property=Id,NRestarts', ...unitNames]});
  const found = [...stdout.matchAll(/^(?=(?:Id|NRestarts)=)(?:[^\n]+\n?)+/gm)].map(([block]) => ({
    unit: /^Id=(.*)$/m.exec(block)?.[1] ?? '',
    count: Number(/^NRestarts=(\d+)$/m.exec(block)?.[1] ?? 0),
  }));
  const restarted = found.filter(({count}) => count > 0);
  if (restarted.length === 0) return ok('No service ended by itself.', `looked at ${unitNames.join(', ')}`);
  const {meaning, remedy} = entryOf('service-restarts');
  const evidence = restarted.map(({unit, count}) => `${unit}: ${times(count)}`).join('; ');
  const [first] = restarted;
  return {state: 'warning', summary: meaning, evidence, remedy: remedy.replaceAll('NAME', first?.unit ?? '')};
});

const startAtBoot = check('start-at-boot', async ({host}): Promise<Finding> => {
  const {stdout} = await host.query({argv: ['systemctl', 'is-enabled', ...atBoot]});
  const states = stdout.split('\n');
  // docker.service may be started by its socket, and a unit may be linked into another one.
  const isFine = (state: string | undefined) => /^(enabled|static|alias|indirect|generated|linked)/.test(state ?? '');
  const off = atBoot.flatMap((unit, index) =>
    isFine(states[index]) ? [] : [{unit, state: states[index] || 'unknown'}],
  );
  if (off.length === 0) return ok('All services start at boot.', atBoot.join(', '));
  const {meaning, remedy} = entryOf('start-at-boot');
  return {
    state: 'failed',
    summary: meaning,
    evidence: off.map(({unit, state}) => `${unit} is ${state}`).join('; '),
    remedy,
  };
});

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
