export type Timer = ReturnType<typeof setTimeout>;

/** Time and chance, passed in so that a test can own them. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  set(callback: () => void, milliseconds: number): Timer;
  clear(timer: Timer | undefined): void;
  /** From 0 up to, not including, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  set: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clear: (timer) => clearTimeout(timer),
  random: () => Math.random(),
};
