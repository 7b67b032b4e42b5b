import { Readable, Writable } from 'node:stream';
import type { CommandContext } from '../../src/cli/context.ts';

/** A command context whose output can be read, and whose stop signal a test gives. */
export interface RecordingContext extends CommandContext {
  readonly out: () => string;
  readonly err: () => string;
  readonly stop: () => void;
}

/** Stands in for the process. The time stands still at 2026-01-02T00:00:00Z. */
export function recordingContext(stdin = ''): RecordingContext {
  const stdout = new Recorder();
  const stderr = new Recorder();
  const stop = new AbortController();
  return {
    programName: 'berth',
    version: '1.2.3',
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    env: {},
    hostname: 'Node-1.example.com',
    now: () => new Date('2026-01-02T00:00:00Z'),
    stopSignal: () => stop.signal,
    reportCrashesTo: () => {},
    out: () => stdout.text,
    err: () => stderr.text,
    stop: () => stop.abort('SIGTERM'),
  };
}

class Recorder extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
