import * as v from 'valibot';
import {parse} from 'yaml';
import {entryOf} from '../../model/catalogue.ts';
import type {Check, CheckContext, Finding} from '../../model/check.ts';
import {isAtLeast} from '../../model/version.ts';
import type {Blueprint} from '../blueprint.ts';
import type {Assets} from '../template.ts';
import {check, ok} from './check.ts';
import {patience} from './vantage.ts';

const pattern = v.object({
  in: v.string(),
  pattern: v.string(),
  meaning: v.string(),
  remedy: v.string(),
  from: v.string(),
});
type Pattern = v.InferOutput<typeof pattern>;

const advisory = v.object({
  id: v.string(),
  software: v.picklist(['turn']),
  fixed: v.string(),
  fault: v.string(),
  sources: v.array(v.pipe(v.string(), v.url())),
});

/** Checks logs and versions against two lists that come with the program. */
export function knownFaultChecks(blueprint: Blueprint, assets: Assets): readonly Check[] {
  return [logPatterns(blueprint, assets), advisories(blueprint, assets)];
}

/** Reads the list of messages that mean a known fault. */
export function readPatterns(assets: Assets): readonly Pattern[] {
  return v.parse(v.object({patterns: v.array(pattern)}), parse(assets('known-faults.yaml'))).patterns;
}

function logPatterns(blueprint: Blueprint, assets: Assets): Check {
  const prove = async (context: CheckContext): Promise<Finding> => {
    const known = readPatterns(assets);
    const sources = [...new Set(known.map(each => each.in))];
    const found = await Promise.all(
      sources.map(async source => {
        const log = await readLog(context, blueprint, source);
        return known.filter(each => each.in === source).flatMap(each => findIn(log, each));
      }),
    );
    const [first, ...more] = found.flat();
    if (!first) return ok('The logs of the last 15 minutes show no known fault.', `looked at ${sources.join(', ')}`);
    return {
      state: 'warning',
      summary: first.fault.meaning,
      evidence: [first, ...more].map(({fault, line}) => `${fault.in}: ${line.trim().slice(0, 200)}`).join('; '),
      remedy: first.fault.remedy,
    };
  };
  // The relay complains about a key that it cannot read, which has a check of its own.
  return check('log-patterns', prove, {after: ['turn-key']});
}

function findIn(log: string, fault: Pattern): readonly {readonly fault: Pattern; readonly line: string}[] {
  const line = log.split('\n').findLast(each => new RegExp(fault.pattern, 'i').test(each));
  return line === undefined ? [] : [{fault, line}];
}

/** Reads what a unit or a container wrote lately; a log that cannot be read in time is empty. */
async function readLog({host, within}: CheckContext, {project}: Blueprint, source: string): Promise<string> {
  const ask = async (): Promise<string> => {
    if (source.endsWith('.service')) {
      const options = ['--since=-15min', '--lines=2000', '--no-pager', '--quiet', '--output=cat'];
      return (await host.query({argv: ['journalctl', `--unit=${source}`, ...options]})).stdout;
    }
    const container = (await host.docker.containers(project.name)).find(({service}) => service === source);
    if (!container) return '';
    // Only what it wrote since its last start: what an earlier one complained about may be put right.
    const {stdout, stderr} = await host.query({
      argv: ['docker', 'logs', '--since', since(container.started, host.now()), '--tail', '2000', container.id],
    });
    return stdout + stderr;
  };
  return within(patience, ask).catch(() => '');
}

const lately = 15 * 60_000;

const since = (started: number | undefined, now: number) =>
  new Date(Math.max(started ?? 0, now - lately)).toISOString();

function advisories({images, turnDomain}: Blueprint, assets: Assets): Check {
  return check('advisories', async (): Promise<Finding> => {
    const schema = v.object({read: v.string(), advisories: v.array(advisory)});
    const {read, advisories: all} = v.parse(schema, parse(assets('advisories.yaml')));
    const version = /:(\d+(?:\.\d+)+)/.exec(images.coturn)?.[1];
    const open = all.filter(
      ({fixed}) => turnDomain !== undefined && version !== undefined && !isNewEnough(version, fixed),
    );
    const [first] = open;
    if (!first) return ok('No known advisory concerns the versions in use.', `${all.length} in the list of ${read}`);
    const {meaning, remedy} = entryOf('advisories');
    return {
      state: 'warning',
      summary: meaning,
      evidence: open
        .map(({id, fault, fixed, sources}) => `${id}: ${fault} Corrected in ${fixed} (${sources[0]})`)
        .join('; '),
      remedy: `Choose an image with version ${first.fixed} or newer: --set images.coturn=IMAGE. ${remedy}`,
    };
  });
}

const isNewEnough = (version: string, fixed: string) => isAtLeast(version, fixed.split('.').map(Number));
