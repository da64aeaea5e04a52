import {writeMessage} from '../model/message.ts';
import {Problem} from '../model/problem.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {describeDelivery, tryWay} from '../runs/deliver.ts';
import {listWays} from '../runs/ways.ts';
import {type CommandContext, formatJson, type Print, readInstalledDraft} from './context.ts';
import {formatDelivery} from './watch.ts';

/** `notify test`: sends a test message by every way that the settings name, and says what became of it. */
export async function testNotify(context: CommandContext, print: Print): Promise<number> {
  const {machine, invocation} = context;
  const draft = await readInstalledDraft(context);
  const settings = completeSettings(draft);
  const ways = listWays(machine.host, settings);
  if (ways.length === 0) throw noWays();
  const at = new Date(machine.host.now()).toISOString();
  const text = 'This is the test message that `jitsi-onebox notify test` sends. Messages of this host arrive here.';
  const message = writeMessage(settings.domain, [{at, kind: 'information', title: 'Test message', text}]);
  const deliveries = await Promise.all(ways.map(way => tryWay(way, () => way.send(message))));
  print(
    invocation.json
      ? formatJson({deliveries: deliveries.map(formatDelivery)})
      : deliveries.map(describeDelivery).join('\n'),
  );
  return deliveries.some(delivery => 'fault' in delivery) ? exits.failed : exits.done;
}

function noWays(): Problem {
  return new Problem({
    code: 'no-ways',
    summary: 'The settings name neither a mail address nor a web hook for messages.',
    remedy: 'Set notify.mail.to or notify.hook.url: sudo jitsi-onebox apply --set notify.mail.to=ADDRESS.',
  });
}
