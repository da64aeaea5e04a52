import {readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {execa} from 'execa';
import type {Annex} from './lab/annex.ts';

type Command = readonly [string, ...string[]];
type Environment = Readonly<Record<string, string>>;
type Tests = {readonly project: string; readonly files?: readonly string[]; readonly env?: Environment};

/** A row of stages, one after another; another lane may run beside it. Each stage adds to the report. */
export type Lane = {
  /** Runs a tool that finds faults or none, and returns whether it found none. */
  check(title: string, command: Command): Promise<boolean>;
  /** Runs tests of one project of the test runner. */
  runTests(title: string, tests: Tests): Promise<void>;
  /** Runs a command of the lab that tries many cases; its last line says `N of N`. */
  runSeries(title: string, command: Command): Promise<void>;
};

const counts = {passed: 0, failed: 0, skipped: 0};
/** What failed, with its complaint; the end of a long output is where somebody looks first. */
const complaints: string[] = [];
const stages: {readonly title: string; readonly seconds: number; readonly isFailed: boolean}[] = [];
const start = Date.now();

/** Opens a lane whose lines begin with its name; its commands run in the annex, where there is one. */
export function openLane(name: string, {env: common, annex}: {env: Environment; annex?: Annex | undefined}): Lane {
  async function run(command: Command, env: Environment = {}) {
    print(`$ ${command.join(' ')}`);
    const [file = '', ...args] = annex ? annex.enter(command) : command;
    const child = execa(file, args, {
      preferLocal: true,
      reject: false,
      stdin: 'ignore',
      all: true,
      env: {...common, ...annex?.env, ...env},
    });
    for await (const line of child.iterable({from: 'all'})) print(line);
    return child;
  }

  /** Runs a tool, whose last lines say what it found. */
  async function runTool(title: string, command: Command) {
    const {failed, stdout, all} = await run(command);
    if (failed) complain(title, all.split('\n').slice(-20).join('\n'));
    return {failed, stdout};
  }

  const print = (line: string) => console.log(`${name} | ${line}`);
  const complain = (title: string, complaint: string) =>
    complaints.push(`${name}: ${title}: ${stripVTControlCharacters(complaint).slice(0, 3000)}`);

  /** Runs one stage; the work returns what it passed and failed. */
  async function stage(title: string, work: () => Promise<{passed: number; failed: number; skipped?: number}>) {
    const began = Date.now();
    const {passed, failed, skipped = 0} = await work();
    const seconds = (Date.now() - began) / 1000;
    counts.passed += passed;
    counts.failed += failed;
    counts.skipped += skipped;
    stages.push({title: `${name}: ${title}`, seconds, isFailed: failed > 0});
    print(`${failed > 0 ? 'FAILED' : 'ok'}: ${title} (${seconds.toFixed(1)} s)\n`);
    return failed === 0;
  }

  return {
    check: (title, command) =>
      stage(title, async () =>
        (await runTool(title, command)).failed ? {passed: 0, failed: 1} : {passed: 1, failed: 0},
      ),
    async runTests(title, {project, files = [], env}) {
      await stage(title, async () => {
        const results = join(tmpdir(), `jitsi-onebox-${process.pid}-${name}.json`);
        const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
        const config = ['--config', 'test/vitest.config.ts', '--project', project];
        const {failed} = await run(['vitest', 'run', ...config, ...reporters, ...files], env);
        const told = await readFile(results, 'utf8').then(JSON.parse, () => undefined);
        await rm(results, {force: true});
        if (told === undefined) return {passed: 0, failed: 1};
        // A file that does not even load has no tests that could fail.
        const others = failed && told.numFailedTests === 0 ? 1 : 0;
        const skipped = told.numPendingTests + told.numTodoTests;
        for (const complaint of listComplaints(told)) complain(title, complaint);
        return {passed: told.numPassedTests, failed: told.numFailedTests + others, skipped};
      });
    },
    async runSeries(title, command) {
      await stage(title, async () => {
        const {failed, stdout} = await runTool(title, command);
        const [, passed, total] = /(\d+) of (\d+)\s*$/.exec(stdout) ?? [];
        if (passed === undefined || total === undefined) return {passed: 0, failed: 1};
        const others = failed && passed === total ? 1 : 0;
        return {passed: Number(passed), failed: Number(total) - Number(passed) + others};
      });
    },
  };
}

type Results = {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

/** Lists the tests that failed, and the files that did not load or whose hooks failed. */
function listComplaints({testResults}: Results): string[] {
  return testResults.flatMap(({name, message, assertionResults}) => {
    const failed = assertionResults.filter(({status}) => status === 'failed');
    const tests = failed.map(({fullName, failureMessages}) => `${fullName}\n${failureMessages.join('\n')}`);
    return message === '' ? tests : [...tests, `${name}\n${message}`];
  });
}

/** Counts something that is not tried here, and says why. */
export function skip(what: string, reason: string): void {
  counts.skipped += 1;
  console.log(`SKIPPED: ${what}, since ${reason}\n`);
}

/** Prints how long each stage took and how many tests passed; returns the exit status. */
export function report(): number {
  for (const complaint of complaints) console.log(`\nFAILED: ${complaint}`);
  console.log('\nMinutes:');
  for (const {title, seconds, isFailed} of stages)
    console.log(`${(seconds / 60).toFixed(1).padStart(6)}  ${title}${isFailed ? ' (FAILED)' : ''}`);
  console.log(`${((Date.now() - start) / 60_000).toFixed(1).padStart(6)}  in all`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 ? 0 : 1;
}
