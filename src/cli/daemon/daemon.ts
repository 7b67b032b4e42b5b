import type { HttpAddress } from '../../http/http-address.ts';
import { type HttpSources, startHttpServer } from '../../http/server.ts';
import type { Logger } from '../../log/logger.ts';
import type { ServedSecurity } from './http-security.ts';
import { Teardown } from './teardown.ts';

/** What runs until it is told to stop, and tells how it is meanwhile. */
export interface Daemon extends HttpSources {
  /** The kind of each object that cannot be read, as far as the object tells it. */
  unreadable(): readonly string[];
  /** Starts everything. Each part that has started is added to the teardown, which stops it whatever happens next. */
  start(teardown: Teardown): Promise<void>;
}

/** A daemon with the server that shows how it is. */
export class ServedDaemon<D extends Daemon = Daemon> {
  readonly #teardown: Teardown;

  /** @param http where its health is served; undefined for nowhere */
  constructor(
    readonly daemon: D,
    private readonly http: HttpAddress | undefined,
    private readonly logger: Logger,
    private readonly security?: ServedSecurity,
  ) {
    this.#teardown = new Teardown(logger);
  }

  /** Starts everything, health first, so that what is missing can be seen. What has started is for {@link stop} to stop. */
  async start(): Promise<void> {
    if (this.http !== undefined) {
      const { security } = this;
      this.#teardown.add('reviews of tokens', () => security?.stop());
      const server = await startHttpServer(this.http, this.daemon, this.logger, await security?.open(this.http));
      this.#teardown.add('health server', () => server.stop());
      security?.keepCurrent(server);
    }
    await this.daemon.start(this.#teardown);
  }

  /** Stops everything that has started, the youngest first. */
  async stop(): Promise<void> {
    await this.#teardown.run();
  }
}
