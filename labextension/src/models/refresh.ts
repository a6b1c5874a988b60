/**
 * Runs an asynchronous refresh so that requests made while one is in flight become one more run.
 */
export class Refresh {
  constructor(private readonly _run: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended. */
  request(): Promise<void> {
    if (this._running === null) {
      this._running = this._run().finally(() => {
        this._running = null;
      });
      return this._running;
    }
    this._next ??= this._running
      .catch(() => undefined)
      .then(() => {
        this._next = null;
        return this.request();
      });
    return this._next;
  }

  private _running: Promise<void> | null = null;
  private _next: Promise<void> | null = null;
}
