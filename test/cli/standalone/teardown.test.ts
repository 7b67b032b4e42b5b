import { expect, it } from 'vitest';
import { Teardown } from '../../../src/cli/standalone/teardown.ts';
import type { Logger } from '../../../src/log/logger.ts';

it('stops the youngest first, each once, past one that fails and one that hangs', async () => {
  const errors: string[] = [];
  const quiet = (): void => undefined;
  const logger: Logger = {
    error: (message) => void errors.push(message),
    warn: quiet,
    info: quiet,
    debug: quiet,
    with: () => logger,
  };
  const stopped: string[] = [];
  const teardown = new Teardown(logger, 1);
  teardown.add('store', async () => void stopped.push('store'));
  teardown.add('lock', () => Promise.reject(new Error('no space')));
  teardown.add('controller', () => new Promise(() => undefined));
  teardown.add('speaker', () => void stopped.push('speaker'));
  await teardown.run();
  await teardown.run();
  expect(stopped).toEqual(['speaker', 'store']);
  expect(errors).toEqual(['cannot stop the controller', 'cannot stop the lock']);
});
