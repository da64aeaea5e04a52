import {readdir} from 'node:fs/promises';
import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {openAnnex} from './lab/annex.ts';
import {type Lane, openLane, report, skip} from './lane.ts';

/** All tests, stage by stage; the last lines say what each stage took and how many tests passed. */
const {values} = parseArgs({
  options: {
    all: {type: 'boolean', default: false},
    public: {type: 'boolean', default: false},
    'one-lab': {type: 'boolean', default: false},
    images: {type: 'string'},
    from: {type: 'string', default: '.'},
  },
});
const wantsAll = values.all;
/** A directory with images to use in place of the stand-ins. */
const images = values.images === undefined ? undefined : resolve(values.from, values.images);
/** What differs between the releases of Debian: packages, compose, certbot, what nginx and HAProxy accept. */
const differing = ['install', 'checks', 'foreign', 'uninstall'];
/** What tries an installed guest and leaves it so: each begins with the guest of the one before, without a boot. */
const onInstalled = [
  ...['checks', 'media', 'viewers', 'broken', 'browser', 'meetings', 'security', 'storm'],
  ...[
    'people',
    'passwords',
    'update',
    'rebuild',
    'self-update',
    'backup',
    'watch',
    'metrics',
    'sites',
    'nat',
    'home',
    'extras',
    'renew',
    'address',
  ],
];
/** The longest come first, so that both labs are done at about the same time. */
const more = [
  'faults',
  'surroundings',
  'detached',
  'undo',
  'change',
  'takeover',
  'stranger-hosts',
  'firewalld',
  'delivery',
  'outside',
  'names',
  'wizard',
];
/** What needs the same release as another file, which is built once: it comes right after that one. */
const followers: Readonly<Record<string, string>> = {delivery: 'install-script'};
const named = [...new Set(['install', ...onInstalled, ...differing, ...more])];
const following = Object.values(followers);
/** What is measured against the clock: alone, in the end. */
const alone = 'timing';
const found = (await readdir('test/e2e')).flatMap(file => /^(.+)\.test\.ts$/.exec(file)?.[1] ?? []);
const every = [...named, ...found.filter(name => ![...named, ...following, alone].includes(name)).toSorted()];
/** What is tried with each release of Debian in CI; --all adds what takes long. */
const suites = {trixie: wantsAll ? every : named, bookworm: wantsAll ? every : differing};
const scripts = ['bench', 'build', 'install-dependencies', 'install-packages', 'lab', 'launcher', 'release'];
const shellScripts = [
  'install.sh',
  '.ci/run',
  ...[...scripts, 'screens', 'sign', 'test'].map(name => `scripts/${name}`),
];
/** An installation and its undo, killed at every change; that is the same with any images. */
const series: readonly Work[] = (images === undefined ? ['', '--undo'] : []).map(option => lane => {
  const words = option === '' ? [] : [option];
  return lane.runSeries(['torture', ...words].join(' '), [
    'scripts/lab',
    'torture',
    ...words,
    '--quick',
    ...(wantsAll ? ['--before'] : []),
  ]);
});
const env = {...(wantsAll && {TEST_ALL: '1'})};
const first = openLane('first', {env});

if (values.public) await tryPublicImages();
else if (images !== undefined) await testInLabs(Promise.resolve());
else await testEverything();

if (process.env.CI !== undefined && !wantsAll) console.log('\nCI leaves out what takes long: sudo scripts/test --all');
process.exitCode = report();

async function testEverything(): Promise<void> {
  await first.check('types', ['tsc']);
  await first.check('types of what runs in a page', ['tsc', '--project', 'test/e2e/page']);
  await first.check('lint', ['biome', 'check', '.']);
  await first.check('promises and switches', ['oxlint', '--type-aware', '--quiet']);
  await first.check('shell scripts', ['shellcheck', ...shellScripts]);
  await first.runTests('unit tests', {project: 'unit'});
  if (process.getuid?.() === 0) {
    const released = openLane('second', {env}).runTests('release', {project: 'release'});
    await testInLabs(released);
  } else {
    await first.runTests('release', {project: 'release'});
    // Namespaces, mounts and systemd-nspawn are root's.
    skip('every test in the lab', 'it needs root');
  }
  skip('the published images', 'they need the internet: sudo scripts/test --public');
}

/** Brings up the lab with what the projects publish in place of the stand-ins, and shows whether an installation still works. */
async function tryPublicImages(): Promise<void> {
  await first.check('no lab is up', ['scripts/lab', 'down']);
  const up = ['scripts/lab', 'up', '--images', 'public'] as const;
  if (await first.check('the lab comes up with the published images', up))
    for (const name of ['public', 'browser']) await testFile(first, 'trixie', name, {IMAGES: 'public'});
  await first.check('the lab goes down', ['scripts/lab', 'down']);
}

/**
 * Runs the tests of the lab: the newer Debian in the first lab, the older one in a second lab. Both run at the same time, since a
 * guest waits more than it computes; the second one also takes from what is left for the newer Debian.
 */
async function testInLabs(released: Promise<void>): Promise<void> {
  const isUp = first
    .check('no lab is up', ['scripts/lab', 'down'])
    .then(() => first.check('the lab comes up', comeUp('trixie')));
  const left = listWork(released);
  const testFirst = async () => {
    if (await isUp) await workThrough(first, left);
  };
  const testSecond = async () => {
    await released;
    if (await isUp) await testInAnnex(left);
  };
  if (values['one-lab']) for (const test of [testFirst, testSecond]) await test();
  else await Promise.all([testFirst(), testSecond()]);
  if (await isUp) await testAlone();
  await first.check('the lab goes down', ['scripts/lab', 'down']);
}

async function testAlone(): Promise<void> {
  await testFile(first, 'trixie', alone);
  if (wantsAll && (await first.check('the lab comes up with bookworm', comeUp('bookworm'))))
    await testFile(first, 'bookworm', alone);
}

async function testInAnnex(left: Work[]): Promise<void> {
  const annex = await openAnnex();
  const second = openLane('second', {env, annex});
  const isUpWith = (suite: string) => second.check(`the lab comes up with ${suite}`, comeUp(suite));
  try {
    await second.check('no second lab is up', ['scripts/lab', 'down']);
    if (await isUpWith('bookworm')) for (const name of suites.bookworm) await testFile(second, 'bookworm', name);
    if (wantsAll) for (const work of series) await work(second);
    if (left.length > 0 && (await isUpWith('trixie'))) await workThrough(second, left);
    await second.check('the second lab goes down', ['scripts/lab', 'down']);
  } finally {
    annex.close();
  }
}

function comeUp(suite: string): readonly [string, ...string[]] {
  return ['scripts/lab', 'up', '--suite', suite, ...(images === undefined ? [] : ['--images', images])];
}

type Work = (lane: Lane) => Promise<void>;

/** The longest come first, so that both labs are done at about the same time, and nothing that waits runs beside the release. */
function listWork(released: Promise<void>): Work[] {
  const [install = '', ...others] = suites.trixie;
  const files = others.map(name => async (lane: Lane) => {
    const follower = followers[name];
    if (follower !== undefined) await released;
    await testFile(lane, 'trixie', name);
    if (follower !== undefined) await testFile(lane, 'trixie', follower);
  });
  const installed: Work = lane => testFile(lane, 'trixie', install);
  if (images !== undefined) {
    skip('torture', 'it kills the program at its own changes, which are the same with any images');
    skip('the contract of the stand-in images', 'this lab has other images');
    return [installed, ...files];
  }
  // The images are of Debian 13 whatever the guest is.
  const contract: Work = lane => lane.runSeries('contract of the images', ['scripts/lab', 'contract']);
  return [installed, ...series, ...files, contract];
}

/** Does what is left, until nothing is. */
async function workThrough(lane: Lane, left: Work[]): Promise<void> {
  for (let work = left.shift(); work !== undefined; work = left.shift()) await work(lane);
}

function testFile(lane: Lane, suite: string, name: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const files = [`test/e2e/${name}.test.ts`];
  return lane.runTests(`${suite} ${name}`, {project: 'e2e', files, env: {SUITE: suite, ...more}});
}
