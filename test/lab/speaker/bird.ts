import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import type { Member } from '../network.ts';

/** BIRD 2 on a machine of the lab. */
export class Bird {
  readonly #member: Member;
  readonly #folder: string;

  private constructor(member: Member, folder: string) {
    this.#member = member;
    this.#folder = folder;
  }

  /** Starts it and waits until it answers. */
  static async start(member: Member, configuration: string): Promise<Bird> {
    const bird = new Bird(member, await mkdtemp(join(tmpdir(), 'bird-')));
    await writeFile(bird.#path('conf'), configuration);
    await bird.run();
    return bird;
  }

  /** Starts it once more, after it was ended. */
  async run(): Promise<void> {
    const { stderr } = process;
    const child = this.#member.spawn('bird', ['-f', '-c', this.#path('conf'), '-s', this.#path('ctl')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      // What it says of each session would drown what matters.
      if (!/Started|Reconfigur|Chosen|Shutting|Shutdown|<TRACE>|<INFO>|<RMT>/.test(chunk.toString()))
        stderr.write(chunk);
    });
    await eventually('BIRD answers', async () =>
      (await this.ask('show', 'status')).includes('up') ? true : undefined,
    );
  }

  /** What `birdc` prints. */
  ask(...command: readonly string[]): Promise<string> {
    return this.#member.run('birdc', '-s', this.#path('ctl'), ...command);
  }

  /** Reads another configuration. */
  async configure(configuration: string): Promise<void> {
    await writeFile(this.#path('conf'), configuration);
    await this.ask('configure');
  }

  /** Waits until what a command prints matches. Gives it. */
  shows(command: readonly string[], pattern: RegExp, timeoutMs = 15_000): Promise<string> {
    let shown = '';
    const probe = async () => {
      shown = await this.ask(...command);
      return pattern.test(shown) ? shown : undefined;
    };
    const what = `birdc ${command.join(' ')} matches ${pattern}`;
    return eventually(what, probe, { timeoutMs, intervalMs: 20 }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${shown}`);
    });
  }

  /** Waits until the session is Established. */
  established(protocol = 'berth', timeoutMs = 15_000): Promise<string> {
    return this.shows(['show', 'protocols', 'all', protocol], /BGP state: +Established/, timeoutMs);
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  #path(extension: string): string {
    return join(this.#folder, `bird.${extension}`);
  }
}
