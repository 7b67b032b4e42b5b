import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { vi } from 'vitest';
import { ServiceKind } from '../../src/api/kubernetes/service.ts';
import { type Controller, startController } from '../../src/controller/controller.ts';
import type { ControllerOptions } from '../../src/controller/options.ts';
import { silentLogger } from '../../src/log/silent.ts';
import type { DirectoryStore } from '../../src/store/directory/directory-store.ts';
import { openDirectoryStore } from '../../src/store/directory/open-directory-store.ts';
import type { Leadership } from '../../src/store/leadership.ts';
import { FakeClock } from './fake-clock.ts';

const ALWAYS: Leadership = {
  held: () => true,
  holder: () => 'test',
  onChange: () => () => {},
  start: () => {},
  stop: async () => {},
};

/** A controller on a folder of its own, with a clock that the test turns. */
export class DirectoryHarness {
  readonly clock = new FakeClock();
  #controller: Controller | undefined;

  private constructor(
    private readonly folder: string,
    readonly store: DirectoryStore,
  ) {}

  static async open(): Promise<DirectoryHarness> {
    const folder = await mkdtemp(join(tmpdir(), 'berth-controller-'));
    await mkdir(join(folder, 'objects'));
    const store = await openDirectoryStore({
      directory: join(folder, 'objects'),
      stateDirectory: join(folder, 'status'),
      logger: silentLogger,
      quietMillis: 1,
      confirmMillis: 20,
    });
    return new DirectoryHarness(folder, store);
  }

  async start(options: Partial<ControllerOptions> = {}): Promise<Controller> {
    await this.#controller?.stop();
    const { store, clock } = this;
    const shared = { store, clock, leadership: ALWAYS, logger: silentLogger, registry: new Registry() };
    this.#controller = startController({ ...shared, ...options });
    await this.#controller.synced;
    return this.#controller;
  }

  /** A person writes a file. */
  async put(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
    await rename(join(this.folder, name), join(this.folder, 'objects', `${name}.yaml`));
    await this.store.catchUp(ServiceKind);
  }

  /** A person removes a file. */
  async remove(name: string): Promise<void> {
    await rm(join(this.folder, 'objects', `${name}.yaml`));
  }

  /** Waits until the check holds; so much time passes on the controller's clock between two looks. */
  eventually(check: () => Promise<void>, step = 50): Promise<void> {
    const look = async () => {
      this.clock.advance(step);
      await check();
    };
    return vi.waitFor(look, { timeout: 10_000, interval: 5 });
  }

  async close(): Promise<void> {
    await this.#controller?.stop();
    await this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
