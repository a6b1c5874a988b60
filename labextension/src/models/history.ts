import { type ISignal, Signal } from '@lumino/signaling';

import { asProblem, type AssistProblem } from '../api/problem';
import type { Answer, AnswerPage, AnswerSummary } from '../api/types';
import type { Removals } from './removal';
import { Refresh } from './refresh';

/** The part of the server that the history needs. */
export interface IHistoryServer {
  answers(contains: string, offset: number, limit: number): Promise<AnswerPage>;
  answer(id: string): Promise<Answer>;
  deleteAnswer(id: string): Promise<null>;
}

const PAGE = 50;

/** Answers kept by the server: searched, opened, deleted. */
export class History {
  constructor(
    private readonly _server: IHistoryServer,
    private readonly _removals: Removals
  ) {}

  get items(): readonly AnswerSummary[] {
    return this._items.filter(item => !this._leaving.has(item.id));
  }

  get hasMore(): boolean {
    return this._items.length < this._total;
  }

  get contains(): string {
    return this._contains;
  }

  get isLoaded(): boolean {
    return this._isLoaded;
  }

  get problem(): AssistProblem | null {
    return this._problem;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  search(contains: string): Promise<void> {
    this._contains = contains;
    this._limit = PAGE;
    this._changed.emit();
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this._refresh.request();
  }

  more(): Promise<void> {
    this._limit += PAGE;
    return this.refresh();
  }

  /** The whole answer, or none when it cannot be had; `problem` then says why. */
  async open(id: string): Promise<Answer | null> {
    try {
      return await this._server.answer(id);
    } catch (error) {
      this._problem = asProblem(error);
      this._changed.emit();
      return null;
    }
  }

  /** Hide an answer at once and delete it when the time to undo is over. */
  remove(item: AnswerSummary, label: string): void {
    this._leaving.add(item.id);
    this._changed.emit();
    const back = () => {
      this._leaving.delete(item.id);
      this._changed.emit();
    };
    this._removals.offer({
      label,
      undo: back,
      commit: async () => {
        try {
          await this._server.deleteAnswer(item.id);
          await this.refresh();
        } catch (error) {
          this._problem = asProblem(error);
        }
        back();
      }
    });
  }

  private readonly _refresh = new Refresh(async () => {
    try {
      const page = await this._server.answers(this._contains, 0, this._limit);
      this._items = page.items;
      this._total = page.total;
      this._problem = null;
      this._isLoaded = true;
    } catch (error) {
      this._problem = asProblem(error);
    }
    this._changed.emit();
  });

  private _items: readonly AnswerSummary[] = [];
  private _total = 0;
  private _limit = PAGE;
  private _contains = '';
  private _isLoaded = false;
  private _problem: AssistProblem | null = null;
  private readonly _leaving = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}
