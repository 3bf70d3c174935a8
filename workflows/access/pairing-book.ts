import type { Role } from '../../contract/access.ts';
import type {
  CodeResult,
  KnockAnswer,
  Paired,
  PairingView,
  PendingPairing,
  Stranger,
} from '../../contract/pairing.ts';
import { Lockout, type LockoutState } from './lockout.ts';

const HOUR = 60 * 60 * 1000;
/** Of one platform: more are told to come back later, so that nobody can crowd the operator's list. */
const MOST_PENDING = 3;
/** They must fit into what is carried from run to run. */
const MOST_PAIRED = 4_000;

/** What the book carries from run to run. */
export interface PairingState {
  paired: Paired[];
  pending: PendingPairing[];
  wrong: LockoutState;
}

/** Who is paired, who waits with a code, and who tries codes. All times in ms since the epoch. */
export class PairingBook {
  #paired: Paired[];
  #pending: PendingPairing[];
  readonly #lockout: Lockout;

  constructor({ paired, pending, wrong }: PairingState = { paired: [], pending: [], wrong: [] }) {
    this.#paired = [...paired];
    this.#pending = [...pending];
    this.#lockout = new Lockout(wrong);
  }

  get state(): PairingState {
    return { paired: this.#paired, pending: this.#pending, wrong: this.#lockout.state };
  }

  roleOf(identity: string): Role | null {
    return this.#paired.find((known) => known.identity === identity)?.role ?? null;
  }

  viewAt(now: number): PairingView {
    const waiting = this.#pending.filter(({ expiresAt }) => expiresAt > now);
    return { paired: this.#paired, pending: waiting.map(({ code: _, ...pending }) => pending) };
  }

  /** Someone knocks: they keep the code that they have, or else get the fresh one. */
  knock({ fresh, ...stranger }: Stranger & { fresh: string }, now: number): KnockAnswer {
    const role = this.roleOf(stranger.identity);
    if (role !== null) return { role };
    this.#dropExpired(now);
    const own = this.#pending.find(({ identity }) => identity === stranger.identity);
    if (own) return { code: own.code, expiresAt: own.expiresAt };
    const rivals = this.#pending.filter(({ place }) => place.platform === stranger.place.platform);
    if (rivals.length >= MOST_PENDING)
      return { crowded: true, until: Math.min(...rivals.map(({ expiresAt }) => expiresAt)) };
    const expiresAt = now + HOUR;
    this.#pending.push({ ...stranger, code: fresh, at: now, expiresAt });
    return { code: fresh, expiresAt };
  }

  /** Lets in who has this code. A code that was already used says who has it, so that a repeat changes nothing. */
  tryCode({ code, role, by }: { code: string; role: Role; by: string }, now: number): CodeResult {
    const until = this.#lockout.until(by, now);
    if (until !== undefined) return { outcome: 'locked', until };
    this.#dropExpired(now);
    const before = this.#paired.find((known) => known.code === code);
    if (before) return { outcome: 'paired', paired: before, isNew: false };
    const pending = this.#pending.find((waiting) => waiting.code === code);
    if (!pending) return this.#lockout.wrong(by, now);
    if (this.#paired.length >= MOST_PAIRED) return { outcome: 'full' };
    const { expiresAt: _, ...stranger } = pending;
    const paired: Paired = { ...stranger, role, by, at: now };
    this.#pending = this.#pending.filter((waiting) => waiting !== pending);
    this.#paired.push(paired);
    this.#lockout.right(by);
    return { outcome: 'paired', paired, isNew: true };
  }

  /** Ends a pairing; false if there is none. */
  revoke(identity: string): boolean {
    const left = this.#paired.filter((known) => known.identity !== identity);
    const found = left.length < this.#paired.length;
    this.#paired = left;
    return found;
  }

  #dropExpired(now: number): void {
    this.#pending = this.#pending.filter(({ expiresAt }) => expiresAt > now);
  }
}
