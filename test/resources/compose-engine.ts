import type {ContainerState} from '../../src/model/host.ts';
import {digestLabel} from '../../src/resources/compose.ts';
import {createMemoryHost, type MemoryHost} from '../fakes/memory-host.ts';

export const now = Date.parse('2026-11-22T08:30:00Z');
export const project = {name: 'jitsi', directory: '/srv/jitsi', argv: ['docker', 'compose']} as const;
export const compose = 'run docker compose --project-name jitsi';

export const healthy: ContainerState = {
  id: 'c1',
  service: 'web',
  labels: {[digestLabel]: 'new'},
  running: true,
  health: 'healthy',
  started: now - 60_000,
  restarts: 0,
  healthOutput: '',
};

/** Makes a host whose Engine has these containers; `compose up` makes the container of web. */
export function createEngine(containers: ContainerState[], written = now - 3_600_000): MemoryHost {
  return createMemoryHost({
    clock: now,
    files: {
      '/srv/jitsi/.env': {content: 'A=1\n', modified: written},
      '/var/lib/jitsi-onebox': {directory: true},
      '/var/lib/docker': {directory: true},
    },
    containers: {jitsi: containers},
    registry: {'example.org/web:1': 'sha256:1', 'example.org/turn:1': 'sha256:2'},
    commands: {
      'docker compose': (_command, host) => {
        host.containers.jitsi = [{...healthy, started: host.clock}];
        return '';
      },
      'docker rm': ({argv}, host) => {
        host.containers.jitsi = (host.containers.jitsi ?? []).filter(({id}) => !argv.includes(id));
        return '';
      },
      'docker stop': ({argv}, host) => {
        host.containers.jitsi = (host.containers.jitsi ?? []).map(each =>
          argv.includes(each.id) ? {...each, running: false} : each,
        );
        return '';
      },
    },
  });
}
