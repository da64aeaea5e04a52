import {expect, test} from 'vitest';
import {runChecks} from '../../src/engine/checks.ts';
import {makePlan} from '../../src/engine/plan.ts';
import type {Host} from '../../src/model/host.ts';
import type {Resource} from '../../src/model/resource.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';

/** A host that counts how often its Engine is asked. */
function countLooks() {
  const host = createMemoryHost();
  const asked: string[] = [];
  const containers = async (project: string) => {
    asked.push(project);
    return [];
  };
  return {asked, host: {...host, docker: {...host.docker, containers}}};
}

const look = ({docker}: Host, project: string) => docker.containers(project);

test('a plan asks the Engine once for each project, however many resources want to know', async () => {
  const {asked, host} = countLooks();
  const resources = ['a', 'b', 'b', 'a'].map(
    (project, index): Resource => ({
      id: `resource:${index}`,
      title: project,
      place: 'host',
      kind: 'toy',
      needs: [],
      locks: [],
      read: each => look(each, project),
      diff: () => [],
      record: async () => [],
      apply: async () => undefined,
    }),
  );
  await makePlan({resources, host});
  expect(asked).toEqual(['a', 'b']);
});

test('each round of checks looks once, and the next one again', async () => {
  const {asked, host} = countLooks();
  const checks = (['container-web', 'container-turn'] as const).map(code => ({
    code,
    async run({host: shared}: {readonly host: Host}) {
      await look(shared, 'a');
      return {state: asked.length < 2 ? 'failed' : 'ok', summary: ''} as const;
    },
  }));
  await runChecks({checks, host, signal: new AbortController().signal, retryFor: 100});
  expect(asked).toEqual(['a', 'a']);
});
