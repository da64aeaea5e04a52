import type {Check} from '../../model/check.ts';
import type {Blueprint} from '../blueprint.ts';
import {services} from '../compose-file.ts';
import {dockerUnit, haproxyUnit, mmproxyUnit, nginxUnit} from '../names.ts';
import type {Service} from '../service.ts';

const units = [
  ['nginx', nginxUnit],
  ['haproxy', haproxyUnit],
  ['mmproxy', mmproxyUnit],
  ['docker', dockerUnit],
] as const;

/** Whether every part runs: units of the host, and containers in good health. */
export function serviceChecks(blueprint: Blueprint): readonly Check[] {
  const project = blueprint.project.name;
  return [
    ...units.map(([name, unit]) => unitCheck(name, unit)),
    ...services(blueprint).map(({name, title}) => containerCheck({project, service: name, title})),
  ];
}

function unitCheck(name: (typeof units)[number][0], unit: string): Check {
  return {
    code: `service-${name}`,
    async run({host}) {
      // A unit that is just reading its files again counts as active too.
      const {exitCode, stdout} = await host.query({argv: ['systemctl', 'is-active', unit]});
      const state = stdout.trim();
      if (exitCode === 0) return {state: 'ok', summary: `${unit} is active.`};
      const remedy = `Look at \`journalctl -u ${unit}\`, then run \`jitsi-onebox apply\`.`;
      return {state: 'failed', summary: `${unit} is ${state || 'unknown to systemd'}.`, remedy};
    },
  };
}

function containerCheck({project, service, title}: {project: string; service: Service['name']; title: string}): Check {
  return {
    code: `container-${service}`,
    async run({host}) {
      const container = (await host.docker.containers(project)).find(each => each.service === service);
      if (container?.running && container.health === 'healthy') return {state: 'ok', summary: `${title} is healthy.`};
      const state = container ? `${container.running ? 'running' : 'stopped'}, ${container.health}` : 'not there';
      // By its id: how compose names containers depends on its release.
      const look = container ? `Look at \`docker logs ${container.id.slice(0, 12)}\`, then run` : 'Run';
      const remedy = `${look} \`jitsi-onebox apply\`.`;
      return {
        state: 'failed',
        summary: `The container of ${service} is ${state}.`,
        remedy,
        ...evidence(container?.healthOutput),
      };
    },
  };
}

const evidence = (text: string | undefined) => (text?.trim() ? {evidence: text.trim()} : {});
