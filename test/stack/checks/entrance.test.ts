import {expect, test} from 'vitest';
import {openRound} from '../../../src/engine/checks.ts';
import {drawBlueprint} from '../../../src/stack/blueprint.ts';
import {planEntrance} from '../../../src/stack/checks/entrance.ts';
import {fromHost} from '../../../src/stack/checks/vantage.ts';
import {createMemoryHost} from '../../fakes/memory-host.ts';
import {makeInput} from '../input.ts';

const settings = 'domain: meet.example.org\ncontact: admin@example.org\nturn: {enabled: false}\nrooms: registered\n';
const {blueprint} = drawBlueprint(makeInput({settings}));
const ctl = 'docker exec --interactive p1 prosodyctl --config /run/prosody/config/prosody.cfg.lua';

test('a check that is stopped while Prosody adds its account removes it all the same', async () => {
  const [begun, added] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const prosody = {id: 'p1', service: 'prosody', labels: {}, running: true, health: 'healthy'} as const;
  const host = createMemoryHost({
    containers: {jitsi: [{...prosody, started: 1, restarts: 0, healthOutput: ''}]},
    commands: {
      'docker inspect': 'ENABLE_AUTH=1\nAUTH_TYPE=internal\n',
      [`${ctl} adduser`]: () => {
        begun.resolve();
        return added.promise;
      },
      [`${ctl} shell user list`]: '',
      [`${ctl} shell user delete`]: 'OK',
    },
  });
  const stop = new AbortController();
  const {context, close} = openRound(host, stop.signal);
  const lost = () => Promise.reject(new Error('no stream'));
  const entered = planEntrance(fromHost(blueprint), lost, lost).first(context);
  await Promise.all([expect(entered).rejects.toThrow('no stream'), begun.promise]);
  stop.abort();
  const closed = close();
  added.resolve('OK');
  await closed;
  const [, name] = /adduser (onebox-check-\w+)@/.exec(host.changes[0] ?? '') ?? [];
  expect(host.changes).toEqual([
    `run ${ctl} adduser ${name}@meet.jitsi`,
    `run ${ctl} shell user delete ${name}@meet.jitsi`,
  ]);
  expect(host.asked).toContain(`${ctl} shell user list meet.jitsi`);
});
