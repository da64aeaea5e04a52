import fc from 'fast-check';

// What CI leaves out: each property tried more often (scripts/test --all).
if (process.env.TEST_ALL === '1') fc.configureGlobal({numRuns: 1000});
