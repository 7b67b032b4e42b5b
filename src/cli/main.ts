#!/usr/bin/env node
import { openProcessContext } from './process-context.ts';
import { runProgram } from './program.ts';

const code = await runProgram(process.argv.slice(2), openProcessContext());
// What is written stays in order, so when the callback runs, everything before it is out or has failed. Of a failure the
// stream tells its listeners in the same turn.
process.stdout.write('', () => setImmediate(() => process.exit(code)));
