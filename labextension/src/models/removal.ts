import { type ISignal, Signal } from '@lumino/signaling';

/** A removal that can still be taken back. */
export interface IRemoval {
  readonly label: string;
  /** Called when the user takes it back. */
  readonly undo: () => void | Promise<void>;
  /** Called when the time to take it back is over. */
  readonly commit: () => void | Promise<void>;
}

export const UNDO_SECONDS = 10;

/** Lets the user take back the latest removal for ten seconds. */
export class Removals {
  get current(): IRemoval | null {
    return this._current;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Offer to undo a removal; one offered before is final now. */
  offer(removal: IRemoval): void {
    this._settle();
    this._current = removal;
    this._timer = setTimeout(() => this._settle(), UNDO_SECONDS * 1000);
    this._changed.emit();
  }

  undo(): void {
    const removal = this._take();
    void removal?.undo();
  }

  private _settle(): void {
    const removal = this._take();
    void removal?.commit();
  }

  private _take(): IRemoval | null {
    clearTimeout(this._timer);
    const removal = this._current;
    this._current = null;
    if (removal !== null) {
      this._changed.emit();
    }
    return removal;
  }

  private _current: IRemoval | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
}
