/** A record of certbot's log: when, in milliseconds since 1970, and what it says, over several lines if need be. */
export type LogRecord = {readonly at: number; readonly text: string};

/** A renewal that certbot could not make, in its own words. */
export type FailedRenewal = {readonly at: number; readonly said: string};

const head = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),\d+:[A-Z]+:/;

/** Parses certbot's log, whose times are in UTC. What comes before the first whole record is left out. */
export function parseCertbotLog(log: string): readonly LogRecord[] {
  const records: {at: number; lines: string[]}[] = [];
  for (const line of log.split('\n')) {
    const [start, date, time] = head.exec(line) ?? [];
    if (start === undefined) records.at(-1)?.lines.push(line);
    // After the module there is a colon too.
    else records.push({at: Date.parse(`${date}T${time}Z`), lines: [line.slice(start.length).replace(/^[^:]*:/, '')]});
  }
  return records.map(({at, lines}) => ({at, text: lines.join('\n').trim()}));
}

/** Finds out whether the last renewal of each lineage failed: by its name, and only where no certificate has come since. */
export function findFailedRenewals(records: readonly LogRecord[]): ReadonlyMap<string, FailedRenewal> {
  const failed = new Map<string, FailedRenewal>();
  let details: readonly string[] = [];
  let isRehearsal = false;
  for (const {at, text} of records) {
    if (text.startsWith('Arguments: [')) isRehearsal = text.includes("'--dry-run'");
    if (isRehearsal) continue;
    details = /Processing \S*\/renewal\/\S+\.conf/.test(text) ? [] : [...details, ...readDetails(text)];
    const written = /^Writing certificate to \S*\/(?:live|archive)\/([^/\s]+)\//.exec(text)?.[1];
    if (written !== undefined) failed.delete(written);
    const {name, said} = readFailure(text) ?? {};
    if (name !== undefined) failed.set(name, {at, said: [said, ...details].join('\n').trim()});
  }
  return failed;
}

function readFailure(text: string): {readonly name: string; readonly said: string} | undefined {
  const [, name, said = ''] = /^Failed to renew certificate (\S+) with error: ([\s\S]*)$/.exec(text) ?? [];
  if (name !== undefined) return {name, said};
  const [, broken] = /^Renewal configuration file \S*\/renewal\/(\S+)\.conf (?:is broken|produced an)/.exec(text) ?? [];
  return broken === undefined ? undefined : {name: broken, said: text};
}

/** Reads what the authority reports about each name: `Domain`, `Type` and `Detail`. */
function readDetails(text: string): readonly string[] {
  const found = text.matchAll(/^ *Domain: (.*)\n *Type: +(.*)\n *Detail: (.*)$/gm);
  return [...found].map(([, domain, type, detail]) => `${domain}: ${type}: ${detail}`);
}

/** Returns the records of conversations with one authority, by its host name. */
export function listConversations(records: readonly LogRecord[], server: string): readonly LogRecord[] {
  let current = '';
  return records.filter(({text}) => {
    const [, host] = /^Sending (?:POST|GET|HEAD) request to https:\/\/([^/:]+)/.exec(text) ?? [];
    current = host ?? current;
    return current === server;
  });
}

/** Lists when the authority could not prove a name. */
export function listFailedProofs(records: readonly LogRecord[], name: string): readonly number[] {
  return records.filter(({text}) => readDetails(text).some(each => each.startsWith(`${name}: `))).map(({at}) => at);
}

/** Finds until when the authority refuses orders, by its last refusal: what it says in words, else its header Retry-After. */
export function findRefusal(
  records: readonly LogRecord[],
): {readonly until: number; readonly said: string} | undefined {
  let found: {until: number; said: string} | undefined;
  for (const {at, text} of records) {
    if (/^Writing certificate to /.test(text)) found = undefined;
    if (!/^HTTP 429$/m.test(text) && !/acme:error:rateLimited/.test(text)) continue;
    const until = readUntil(text, at);
    const [, said = 'too many requests'] = /"detail": *"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
    if (until !== undefined) found = {until, said};
  }
  return found;
}

function readUntil(text: string, at: number): number | undefined {
  const [, date, time] = /retry after (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/i.exec(text) ?? [];
  if (date !== undefined) return Date.parse(`${date}T${time}Z`);
  const [, after = ''] = /^Retry-After: (.+)$/im.exec(text) ?? [];
  const until = /^\d+$/.test(after.trim()) ? at + Number(after) * 1000 : Date.parse(after);
  return Number.isNaN(until) ? undefined : until;
}
