import { type ISignal, Signal } from '@lumino/signaling';

import { asProblem } from '../api/problem';
import type { Citation, IPlace, Location, Passage } from '../api/types';

/** Shows documents to the user. */
export interface IDocumentOpener {
  /** Open a place and mark it. Says how far that went: marked, opened only, or nothing opens this file. */
  open(place: IPlace): Promise<'marked' | 'opened' | 'no_viewer'>;
  /** Remember what the user has in front; calling the result brings it back. */
  remember(): { readonly label: string; readonly restore: () => Promise<void> } | null;
}

/** The part of the server that opening a citation needs. */
export interface ILocator {
  locate(citation: Citation): Promise<Location>;
}

export type NoticeKind = 'stale' | 'missing' | 'no_viewer' | 'not_found_in_file' | 'failed';

/** Something to say about the citation just opened, with the quote it was made from. */
export interface INotice {
  readonly kind: NoticeKind;
  readonly path: string;
  readonly quote: string;
  readonly message: string | null;
}

/** Opens citations and passages, and knows the way back. */
export class Reader {
  constructor(
    private readonly _locator: ILocator,
    private readonly _opener: IDocumentOpener
  ) {}

  get notice(): INotice | null {
    return this._notice;
  }

  /** Where "Back" leads. */
  get origin(): string | null {
    return this._origins.at(-1)?.label ?? null;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Open a citation at the place where its quote stands now. */
  async openCitation(citation: Citation): Promise<void> {
    await this._open(async () => {
      const location = await this._locator.locate(citation);
      if (location.state === 'missing') {
        this._say('missing', location.path, citation.quote, location.message);
        return;
      }
      await this._show({ ...location, kind: citation.document_kind, quote: citation.quote });
      if (location.state === 'stale') {
        this._say('stale', location.path, citation.quote, location.message);
      }
    }, citation);
  }

  async openPassage(passage: Passage): Promise<void> {
    const place = {
      path: passage.path,
      kind: passage.document_kind,
      span: passage.chunk.span,
      quote: passage.chunk.text
    };
    await this._open(() => this._show(place), place);
  }

  /** Return to what was in front before the latest citation was opened. */
  async back(): Promise<void> {
    const origin = this._origins.pop();
    this._notice = null;
    this._changed.emit();
    await origin?.restore();
  }

  dismissNotice(): void {
    this._notice = null;
    this._changed.emit();
  }

  private async _open(work: () => Promise<void>, at: { path: string; quote: string }): Promise<void> {
    this._notice = null;
    this._changed.emit();
    try {
      await work();
    } catch (error) {
      this._say('failed', at.path, at.quote, asProblem(error).message);
    }
  }

  private async _show(place: IPlace): Promise<void> {
    const origin = this._opener.remember();
    const outcome = await this._opener.open(place);
    if (outcome === 'no_viewer') {
      this._say('no_viewer', place.path, place.quote, null);
      return;
    }
    if (origin !== null) {
      this._origins = [...this._origins.slice(-19), origin];
    }
    if (outcome === 'opened' && place.kind !== 'pdf') {
      this._say('not_found_in_file', place.path, place.quote, null);
    }
    this._changed.emit();
  }

  private _say(kind: NoticeKind, path: string, quote: string, message: string | null): void {
    this._notice = { kind, path, quote, message };
    this._changed.emit();
  }

  private _notice: INotice | null = null;
  private _origins: { readonly label: string; readonly restore: () => Promise<void> }[] = [];
  private readonly _changed = new Signal<this, void>(this);
}
