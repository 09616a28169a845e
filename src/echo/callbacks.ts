/** What Echo's users hand in. */
export type Callback = (...args: never[]) => unknown;

/** Callbacks of one channel by what they hear. The same function hears one thing once. */
export class Callbacks {
  private readonly all = new Map<string, Map<Callback, () => void>>();

  /** Where `start` is given, it begins to call the callback, and returns what ends that. Returns whether it is new. */
  add(what: string, callback: Callback, start?: () => () => void): boolean {
    const known = this.all.get(what) ?? new Map<Callback, () => void>();
    if (known.has(callback)) return false;
    this.all.set(what, known);
    known.set(callback, start?.() ?? (() => {}));
    return true;
  }

  of(what: string): Callback[] {
    return [...(this.all.get(what)?.keys() ?? [])];
  }

  has(what: string, callback: Callback): boolean {
    return this.all.get(what)?.has(callback) ?? false;
  }

  /** Ends one callback, or all that hear this. */
  remove(what: string, callback?: Callback): void {
    const known = this.all.get(what);
    for (const each of callback ? [callback] : this.of(what)) {
      known?.get(each)?.();
      known?.delete(each);
    }
    if (!known?.size) this.all.delete(what);
  }

  clear(): void {
    for (const what of [...this.all.keys()]) this.remove(what);
  }
}
