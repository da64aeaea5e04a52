import {defineConfig} from 'vitest/config';
import {BaseSequencer, type TestSpecification} from 'vitest/node';

/**
 * What is named on the command line runs in that order: a test in the lab finds the guest as the one before left it, and that
 * should not depend on what took how long the last time.
 */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({moduleId}: TestSpecification) => process.argv.findIndex(name => moduleId.endsWith(`/${name}`));
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

// Frames must not depend on the caller's terminal: no colours, no CI mode.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    env: {NO_COLOR: '1'},
    sequence: {sequencer: AsNamed},
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: ['test/properties.ts'],
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/scripts/release.test.ts'],
        },
      },
      // By itself: it compresses for minutes, and screens are tested against the clock.
      {extends: true, test: {name: 'release', include: ['test/scripts/release.test.ts']}},
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
