import {readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';

/** All tests, stage by stage; each adds to the counts that the last line tells. */
const counts = {passed: 0, failed: 0, skipped: 0};
const wantsAll = process.argv.includes('--all');
const wantsPublic = process.argv.includes('--public');
// Each may go on in the guest of the one before it.
const core = ['install', 'checks', 'broken', 'change', 'viewers', 'foreign', 'uninstall'];
const more = ['wizard', 'surroundings', 'undo', 'delivery', 'faults', 'meetings', 'detached'];
const named = [...core, ...more];
const found = (await readdir('test/e2e')).flatMap(file => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? []);
const every = [...named, ...found.filter(name => !named.includes(name)).toSorted()];
/** What is tried in the lab with each release of Debian; what is left out in CI takes long, and --all takes it in. */
const suites: Readonly<Record<string, readonly string[]>> = {
  trixie: wantsAll ? every : named,
  bookworm: wantsAll ? every : core,
};
const shellScripts = [
  'install.sh',
  '.ci/run',
  ...[
    'bench',
    'build',
    'install-dependencies',
    'install-packages',
    'lab',
    'launcher',
    'release',
    'screens',
    'test',
  ].map(name => `scripts/${name}`),
];

if (wantsPublic) await tryPublicImages();
else await testEverything();

if (process.env.CI !== undefined && !wantsAll) console.log('\nCI leaves out what takes long: sudo scripts/test --all');
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function testEverything(): Promise<void> {
  await check('types', ['tsc']);
  await check('lint', ['biome', 'check', '.']);
  await check('promises and switches', ['oxlint', '--type-aware', '--quiet']);
  await check('shell scripts', ['shellcheck', ...shellScripts]);
  await runTests('unit');
  await runTests('release');
  await runInLab();
  skip('the published images', 'they need the internet: sudo scripts/test --public');
}

/** The lab with what the projects publish in place of the stand-ins: whether a change of theirs breaks an installation. */
async function tryPublicImages(): Promise<void> {
  await check('no lab is up', ['scripts/lab', 'down']);
  if (await check('the lab comes up with the published images', ['scripts/lab', 'up', '--images', 'public']))
    await runTests('e2e', {IMAGES: 'public'}, ['public']);
  await check('the lab goes down', ['scripts/lab', 'down']);
}

/** Runs one tool that finds fault or does not, and says which. */
async function check(title: string, argv: readonly [string, ...string[]]): Promise<boolean> {
  const {failed, durationMs} = await run(argv);
  counts[failed ? 'failed' : 'passed'] += 1;
  console.log(`${failed ? 'FAILED' : 'ok'}: ${title} (${(durationMs / 1000).toFixed(1)} s)\n`);
  return !failed;
}

/** Runs one project of the test runner and adds up what it counted. */
async function runTests(project: string, env: Environment = {}, names: readonly string[] = []): Promise<void> {
  const report = join(tmpdir(), `jitsi-onebox-${project}-${process.pid}.json`);
  const files = names.map(name => `test/e2e/${name}.test.ts`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const {failed} = await run(
    ['vitest', 'run', '--config', 'test/vitest.config.ts', '--project', project, ...reporters, ...files],
    env,
  );
  const told = await readFile(report, 'utf8').then(JSON.parse, () => undefined);
  await rm(report, {force: true});
  if (told === undefined) {
    counts.failed += 1;
    return;
  }
  counts.passed += told.numPassedTests;
  counts.failed += told.numFailedTests;
  counts.skipped += told.numPendingTests + told.numTodoTests;
  // A file that does not even load has no tests that could fail.
  if (failed && told.numFailedTests === 0) counts.failed += 1;
}

/** The lab needs a machine of its own: namespaces, mounts, systemd-nspawn. */
async function runInLab(): Promise<void> {
  if (process.getuid?.() !== 0) return skip('every test in the lab', 'it needs root');
  // What an earlier run left may be of another build.
  await check('no lab is up', ['scripts/lab', 'down']);
  for (const [suite, names] of Object.entries(suites)) await runSuite(suite, names);
  await check('the lab goes down', ['scripts/lab', 'down']);
}

/** The lab with a guest of one release of Debian: the named tests, or all. */
async function runSuite(suite: string, names: readonly string[]): Promise<void> {
  console.log(`\n== ${suite} ==`);
  if (!(await check(`the lab comes up with ${suite}`, ['scripts/lab', 'up', '--suite', suite]))) return;
  // The images are of Debian 13 whatever the guest is.
  if (suite === 'trixie') await runSeries('contract');
  await runTests('e2e', {SUITE: suite}, names);
  if (wantsAll || suite === 'trixie') await runSeries('torture', '--quick');
}

function skip(what: string, reason: string): void {
  counts.skipped += 1;
  console.log(`SKIPPED: ${what}, since ${reason}\n`);
}

/** A command of the lab that tries many cases; its last line says `N of N`. */
async function runSeries(...argv: readonly string[]): Promise<void> {
  const {failed, stdout} = await run(['scripts/lab', ...argv]);
  const [, passed, total] = /(\d+) of (\d+)\s*$/.exec(stdout) ?? [];
  if (passed === undefined || total === undefined) {
    counts.failed += 1;
    return;
  }
  counts.passed += Number(passed);
  counts.failed += Number(total) - Number(passed);
  if (failed && passed === total) counts.failed += 1;
}

type Environment = Readonly<Record<string, string>>;

async function run([file, ...args]: readonly [string, ...string[]], env: Environment = {}) {
  console.log(`\n$ ${[file, ...args].join(' ')}`);
  const result = await execa(file, args, {
    preferLocal: true,
    reject: false,
    stdin: 'ignore',
    env: {...(wantsAll && {TEST_ALL: '1'}), ...env},
    stdout: ['pipe', 'inherit'],
    stderr: 'inherit',
  });
  return {...result, stdout: String(result.stdout)};
}
