import {defineConfig} from 'vitest/config';

// Frames must not depend on the caller's terminal: no colours, no CI mode.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    env: {NO_COLOR: '1'},
    // The summary of scripts/test shows only messages: they must say what was found.
    chaiConfig: {truncateThreshold: 4000},
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
      // Apart from the unit tests: it compresses for minutes, and screens are tested against the clock.
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
