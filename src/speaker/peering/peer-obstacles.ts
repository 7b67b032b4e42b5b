import type { SessionCause } from '../../api/reasons/session.ts';
import type { SpeakerReport } from '../../api/speaker-status.ts';
import type { Logger } from '../../log/logger.ts';
import type { Clock } from '../wire/clock.ts';

type Session = NonNullable<SpeakerReport['sessions']>[number];

/** What a BGP peer lacks on this node. */
export interface PeerObstacle {
  readonly peer: string;
  /** Empty where it is not known. */
  readonly address: string;
  readonly cause: SessionCause;
  /** For people: what is missing, and the remedy. */
  readonly text: string;
  /** The session goes on with what it had. */
  readonly goesOn: boolean;
}

/** Milliseconds for which something may be missing before the log tells: much is only on its way at the start. */
const PATIENCE = 1000;

/** What keeps peers from having a session, or from having it as they are to. */
export class PeerObstacles {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #obstacles: readonly PeerObstacle[] = [];
  #sessions: readonly Session[] = [];
  /** What was told last of each peer. */
  readonly #told = new Map<string, string>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The sessions that are not begun, as a status has them. */
  get sessions(): readonly Session[] {
    return this.#sessions;
  }

  /** These are all. */
  replace(obstacles: readonly PeerObstacle[]): void {
    this.#obstacles = obstacles;
    this.#sessions = obstacles.filter(({ goesOn }) => !goesOn).map((each) => this.#sessionOf(each));
    const texts = new Map(obstacles.map(({ peer, text }) => [peer, text]));
    for (const [peer, text] of this.#told) if (texts.get(peer) !== text) this.#told.delete(peer);
    if (obstacles.every(({ peer }) => this.#told.has(peer))) return;
    this.#cancel ??= this.#clock.after(PATIENCE, () => {
      this.#cancel = undefined;
      this.#tell();
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  #sessionOf({ peer, address, cause, text }: PeerObstacle): Session {
    const known = this.#sessions.find((each) => each.peer === peer && each.lastError?.text === text);
    const at = new Date(this.#clock.wall()).toISOString();
    const lastError = { code: 0, subcode: 0, cause, text, at };
    return known ?? { peer, address, state: 'Idle', since: at, advertised: 0, lastError };
  }

  #tell(): void {
    for (const { peer, address, text, goesOn } of this.#obstacles) {
      if (this.#told.has(peer)) continue;
      this.#told.set(peer, text);
      const message = goesOn
        ? 'the password of a BGP peer is missing: its session keeps the one that it has'
        : 'a BGP session is not begun';
      this.#logger.warn(message, { peer, address, reason: text });
    }
  }
}
