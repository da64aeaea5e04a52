import {join} from 'node:path';
import {build} from 'esbuild';

const NODE = '/usr/local/bin/node';

/** Bundles one stand-in program into a script that the image's Node runs by its first line. */
export const bundleProgram = async (entry: string, target = 'node24'): Promise<string> => {
  const {outputFiles} = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target,
    // Node warns of the way to hand PID 1 on to nginx or prosody, and of not looking at prosody's certificate: both meant.
    banner: {js: `#!${NODE} --no-warnings`},
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
};
