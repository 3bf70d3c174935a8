import type { SessionInfo } from '@discordjs/ws';
import type { ListenState } from './listen-state.ts';

type SavedSession = NonNullable<ListenState['session']>;

/**
 * Which session the library is to resume, and from where: behind what is stored, so that Discord is never told of more.
 * The library drops a session also when only the network failed; it is kept then.
 */
export class Sessions {
  #now: SavedSession | undefined;
  readonly #gatewayUrl: string;
  #networkFailed = false;
  #stopped = false;

  constructor(saved: SavedSession | undefined, gatewayUrl: string) {
    this.#now = saved;
    this.#gatewayUrl = gatewayUrl;
  }

  get firstSequence(): number {
    return this.#now?.sequence ?? 0;
  }

  /** `stored`: the session that was saved, with the sequence number of its last event that is stored. */
  current(stored: SavedSession | undefined): SessionInfo | null {
    if (!this.#now) return null;
    const { id, sequence, resumeUrl } = this.#now;
    return {
      sessionId: id,
      sequence: stored?.id === id ? stored.sequence : sequence,
      // Where the session's own address cannot be reached, any will do.
      resumeURL: this.#networkFailed ? this.#gatewayUrl : resumeUrl,
      shardId: 0,
      shardCount: 1,
    };
  }

  update(info: SessionInfo | null): void {
    if (this.#stopped) return;
    if (info && info.sessionId !== this.#now?.id) {
      this.#now = { id: info.sessionId, resumeUrl: info.resumeURL, sequence: info.sequence };
    } else if (!info && !this.#networkFailed) {
      this.#now = undefined;
    }
  }

  networkWorks(): void {
    this.#networkFailed = false;
  }

  networkFailed(): void {
    this.#networkFailed = true;
  }

  stop(): void {
    this.#stopped = true;
  }
}
