#!/usr/bin/env node
import { basename } from 'node:path';
import { openProcessContext } from './process-context.ts';
import { runProgram } from './program.ts';

const args = process.argv.slice(2);
// kubectl runs a program of this name to complete what is typed after `kubectl berth`.
const isCompletion = basename(process.argv[1] ?? '') === 'kubectl_complete-berth';
const code = await runProgram(isCompletion ? ['__complete', '--', ...args] : args, openProcessContext());
// What is written stays in order, so when the callback runs, everything before it is out or has failed. Of a failure the
// stream tells its listeners in the same turn.
process.stdout.write('', () => setImmediate(() => process.exit(code)));
