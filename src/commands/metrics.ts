import {type Family, metricsPrefix, renderMetrics} from '../model/metrics.ts';
import {exits} from '../model/program.ts';
import {completeSettings} from '../model/settings/complete.ts';
import {collectMetrics, projectNameOf} from '../stack/index.ts';
import {type CommandContext, formatJson, type Print, readInstalledDraft} from './context.ts';

/** A request of nginx is far shorter. */
const longest = 16_384;

/** `metrics`: prints all figures as Prometheus reads them; with --http as the answer to one request on standard input. */
export async function showMetrics(context: CommandContext, print: Print): Promise<number> {
  const {machine, invocation} = context;
  if (invocation.http) await readRequest(process.stdin);
  const draft = await readInstalledDraft(context);
  const {directory} = completeSettings(draft).stack;
  const families = await collectMetrics(machine.host, projectNameOf(directory));
  if (invocation.http) process.stdout.write(writeAnswer(renderMetrics(families)));
  else print(invocation.json ? formatJson({families: families.map(nameFully)}) : renderMetrics(families).trimEnd());
  return exits.done;
}

const nameFully = (family: Family): Family => ({...family, name: `${metricsPrefix}${family.name}`});

/** Reads until the end of the headers. What is unread when the connection closes would look like a broken one to nginx. */
async function readRequest(input: NodeJS.ReadStream): Promise<void> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\r\n\r\n') || text.length > longest) return;
  }
}

function writeAnswer(body: string): string {
  const headers = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain; version=0.0.4; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}
