import {chmod, copyFile} from 'node:fs/promises';
import {bundleProgram} from './bundle.ts';

// The very Node that runs this: the machine's own architecture, and not stripped, for whoever looks for a fault.
await bundleProgram('dist');
await copyFile(process.execPath, 'dist/node');
await chmod('dist/node', 0o755);
