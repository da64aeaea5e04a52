import {expect, test} from 'vitest';
import {drawBlueprint} from '../../src/stack/blueprint.ts';
import {services} from '../../src/stack/compose-file.ts';
import {readInUse} from '../../src/stack/in-use.ts';
import {drawStack} from '../../src/stack/index.ts';
import {overrideNames} from '../../src/stack/names.ts';
import {findObstacles} from '../../src/stack/preflight.ts';
import {createMemoryHost} from '../fakes/memory-host.ts';
import {makeInput} from './input.ts';

async function look(files: Readonly<Record<string, string>>, takeOver: readonly 'compose'[] = []) {
  const inUse = await readInUse(createMemoryHost({files}), '/srv/jitsi');
  const input = {...makeInput({takeOver}), inUse};
  return findObstacles({...input, blueprint: drawBlueprint(input).blueprint});
}

// Compose reads these by itself, with our file: nothing of them may slip in.
test.each(overrideNames)('%s stops the plan until it is moved away or replaced', async name => {
  const files = {[`/srv/jitsi/${name}`]: 'services: {web: {privileged: true}}\n'};
  expect(await look(files)).toEqual([
    expect.objectContaining({
      code: 'compose-mixed',
      summary: expect.stringContaining(`/srv/jitsi/${name} is a file that compose mixes into`),
      remedy: expect.stringContaining('--take-over compose'),
    }),
  ]);
  expect(await look(files, ['compose'])).toEqual([]);
});

test.each(['COMPOSE_FILE=a.yaml:b.yaml', 'export DOCKER_HOST="tcp://other:2375"', ' DOCKER_CONTEXT = other'])(
  'a line of .env that diverts compose stops the plan: %s',
  async line => {
    const files = {'/srv/jitsi/.env': `JVB_AUTH_PASSWORD=x\n${line}\n`};
    const problem = expect.objectContaining({
      code: 'compose-mixed',
      remedy: expect.stringContaining('/srv/jitsi/.env'),
    });
    expect(await look(files)).toEqual([problem]);
    expect(await look(files, ['compose'])).toEqual([problem]);
  },
);

test('passwords and comments in .env divert nothing', async () => {
  expect(
    await look({'/srv/jitsi/.env': 'JVB_AUTH_PASSWORD=x\n# COMPOSE_FILE=a.yaml\nCOMPOSE_PROJECT_NAME=jitsi\n'}),
  ).toEqual([]);
});

test('a take-over removes every foreign file before compose starts a container of ours', () => {
  const input = makeInput({takeOver: ['compose']});
  const {resources, blueprint} = drawStack(input);
  const files = [...overrideNames, 'docker-compose.yml'].map(name => `file:/srv/jitsi/${name}`);
  expect(resources.map(({id}) => id)).toEqual(expect.arrayContaining(files));
  for (const {name} of services(blueprint))
    expect(resources.find(({id}) => id === `container:${name}`)?.needs).toEqual(expect.arrayContaining(files));
});
