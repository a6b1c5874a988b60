import { type ISignal, Signal } from '@lumino/signaling';

export type PanelView = 'ask' | 'library' | 'history';

/** Which view the panel shows, and who asked for the focus. */
export class PanelState {
  get view(): PanelView {
    return this._view;
  }

  /** Grows with every request to focus the question. */
  get focusRequest(): number {
    return this._focusRequest;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  show(view: PanelView): void {
    this._view = view;
    this._changed.emit();
  }

  focusQuestion(): void {
    this._focusRequest += 1;
    this.show('ask');
  }

  private _view: PanelView = 'ask';
  private _focusRequest = 0;
  private readonly _changed = new Signal<this, void>(this);
}
