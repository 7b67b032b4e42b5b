import { describe, expect, it } from 'vitest';
import { becomeOnlySpeaker } from '../../../src/cli/daemon/only-speaker.ts';
import { ExitCode } from '../../../src/cli/exit-codes.ts';
import type { Logger } from '../../../src/log/logger.ts';

const name = (text: string) => `berth-test-speaker-${process.pid}-${text}`;
const going = new AbortController().signal;

function recordingLogger() {
  const lines: string[] = [];
  const logger: Logger = {
    ...{ error: () => {}, info: () => {}, debug: () => {}, with: () => logger },
    warn: (message) => void lines.push(message),
  };
  return { logger, lines };
}

describe('becomeOnlySpeaker', () => {
  it('refuses beside another speaker, and says how to find it', async () => {
    const { logger, lines } = recordingLogger();
    const release = await becomeOnlySpeaker(logger, going, { name: name('a') });
    expect(lines).toEqual([]);
    const refused = becomeOnlySpeaker(logger, going, { name: name('a'), patience: 0 });
    await expect(refused).rejects.toMatchObject({
      exitCode: ExitCode.OtherSpeaker,
      message: `another speaker runs on this node, and has not ended within 0 s: stop that one, or do not start this one (ss -xlp | grep @${name('a')} shows its process)`,
    });
    release?.();
    (await becomeOnlySpeaker(logger, going, { name: name('a'), patience: 0 }))?.();
  });

  it('waits for one that ends, and says so once', async () => {
    const { logger, lines } = recordingLogger();
    const release = await becomeOnlySpeaker(logger, going, { name: name('b') });
    const next = becomeOnlySpeaker(logger, going, { name: name('b') });
    release?.();
    (await next)?.();
    expect(lines).toEqual(['another speaker runs on this node: waiting for it to end']);
  });

  it('does not start when it is told to stop', async () => {
    const { logger } = recordingLogger();
    const release = await becomeOnlySpeaker(logger, going, { name: name('c') });
    expect(await becomeOnlySpeaker(logger, AbortSignal.abort(), { name: name('c') })).toBeUndefined();
    release?.();
  });
});
