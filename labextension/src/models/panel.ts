import { type ISignal, Signal } from '@lumino/signaling';

export type PanelView = 'ask' | 'library' | 'history';

/** Which view the panel shows, and whether the question is to be focused. */
export class PanelState {
  get view(): PanelView {
    return this._view;
  }

  /** Whether the question is to be focused as soon as it is drawn. */
  get wantsFocus(): boolean {
    return this._wantsFocus;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  show(view: PanelView): void {
    this._view = view;
    this._changed.emit();
  }

  focusQuestion(): void {
    this._wantsFocus = true;
    this.show('ask');
  }

  focusTaken(): void {
    this._wantsFocus = false;
  }

  private _view: PanelView = 'ask';
  private _wantsFocus = false;
  private readonly _changed = new Signal<this, void>(this);
}
