import { type ISignal, Signal } from '@lumino/signaling';

/** What the user chose in the settings editor. */
export interface IPreferences {
  readonly passages: number;
  readonly defaultCollection: string;
  readonly sendWithEnter: boolean;
  readonly announceStreaming: boolean;
  readonly markSeconds: number;
}

export const DEFAULT_PREFERENCES: IPreferences = {
  passages: 8,
  defaultCollection: '',
  sendWithEnter: true,
  announceStreaming: true,
  markSeconds: 2
};

/** The current preferences; the settings editor writes them. */
export class Preferences {
  get current(): IPreferences {
    return this._current;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  update(given: Partial<Record<keyof IPreferences, unknown>>): void {
    const base = DEFAULT_PREFERENCES;
    this._current = {
      passages: typeof given.passages === 'number' ? given.passages : base.passages,
      defaultCollection:
        typeof given.defaultCollection === 'string' ? given.defaultCollection : base.defaultCollection,
      sendWithEnter: typeof given.sendWithEnter === 'boolean' ? given.sendWithEnter : base.sendWithEnter,
      announceStreaming:
        typeof given.announceStreaming === 'boolean' ? given.announceStreaming : base.announceStreaming,
      markSeconds: typeof given.markSeconds === 'number' ? given.markSeconds : base.markSeconds
    };
    this._changed.emit();
  }

  private _current = DEFAULT_PREFERENCES;
  private readonly _changed = new Signal<this, void>(this);
}
