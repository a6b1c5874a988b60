import { type ISignal, Signal } from '@lumino/signaling';

import { asProblem } from '../api/problem';
import type { Answer, AnswerEvent, Collection, Question } from '../api/types';
import type { Preferences } from './preferences';
import { EVERYTHING, filtersOf, type Scope } from './scope';
import { isRunning, newTurn, withAnswer, withEvent, withProblem, type ITurn } from './turn';

/** The part of the server that a conversation needs. */
export interface IAnswerer {
  ask(question: Question, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}

/** The part of the browser's storage that is needed to survive a reload. */
export interface IShelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What a conversation needs to know of the library. */
export interface ICollectionList {
  readonly collections: readonly Pick<Collection, 'id' | 'name'>[];
  readonly changed: ISignal<unknown, unknown>;
}

/** Questions and answers of this panel, one answer at a time, and the question being written. */
export class Conversation {
  constructor(
    private readonly _client: IAnswerer,
    private readonly _shelf: IShelf,
    private readonly _draftKey: string,
    private readonly _passages: () => number
  ) {
    this._draft = _shelf.getItem(_draftKey) ?? '';
  }

  /** Snapshots, oldest first; a turn object never changes, it is replaced. */
  get turns(): readonly ITurn[] {
    return this._turns;
  }

  get scope(): Scope {
    return this._scope;
  }

  /** The language model asked for, or none for the server's default. */
  get model(): string | null {
    return this._model;
  }

  get draft(): string {
    return this._draft;
  }

  get isBusy(): boolean {
    const last = this._turns.at(-1);
    return last !== undefined && isRunning(last);
  }

  /** Earlier questions, newest first, each once. */
  get questions(): readonly string[] {
    return [...new Set(this._turns.map(turn => turn.question).reverse())];
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  setScope(scope: Scope): void {
    this._scope = scope;
    this._isScopeChosen = true;
    this._changed.emit();
  }

  setModel(model: string | null): void {
    this._model = model;
    this._changed.emit();
  }

  setDraft(text: string): void {
    this._draft = text;
    if (text === '') {
      this._shelf.removeItem(this._draftKey);
    } else {
      this._shelf.setItem(this._draftKey, text);
    }
    this._changed.emit();
  }

  /** Ask, and resolve when the answer has ended in whatever way. An answer still running is stopped first. */
  async ask(text: string): Promise<void> {
    const question = text.trim();
    if (question === '') {
      return;
    }
    this.stop();
    const turn = newTurn(this._nextKey++, question, this._scope, this._model);
    this._turns = [...this._turns, turn];
    this.setDraft('');
    await this._run(turn);
  }

  /** Ask the question of an ended turn again, in its place. */
  async retry(turn: ITurn): Promise<void> {
    this.stop();
    const fresh = newTurn(turn.key, turn.question, turn.scope, this._model);
    this._replace(fresh);
    await this._run(fresh);
  }

  /** End the running answer; what was said stays. */
  stop(): void {
    this._abort?.abort();
    this._abort = null;
    const last = this._turns.at(-1);
    for (const turn of this._turns) {
      if (isRunning(turn)) {
        this._replace({ ...turn, state: 'stopped' });
      }
    }
    if (last !== undefined && isRunning(last)) {
      this._changed.emit();
    }
  }

  /** Begin in the collection the user prefers, as soon as it is known and unless another scope was chosen. */
  startIn(library: ICollectionList, preferences: Preferences): void {
    const choose = () => {
      const name = preferences.current.defaultCollection;
      const found = library.collections.find(collection => collection.name === name);
      if (found !== undefined && !this._isScopeChosen) {
        this._scope = { kind: 'collection', id: found.id, name: found.name };
        this._isScopeChosen = true;
        this._changed.emit();
      }
    };
    library.changed.connect(choose);
    preferences.changed.connect(choose);
  }

  /** Put a kept answer at the end of the conversation. */
  show(answer: Answer): void {
    const turn = newTurn(this._nextKey++, answer.question, EVERYTHING, answer.model);
    this._turns = [...this._turns.filter(other => other.answerId !== answer.id), withAnswer(turn, answer)];
    this._changed.emit();
  }

  clear(): void {
    this.stop();
    this._turns = [];
    this._changed.emit();
  }

  private async _run(turn: ITurn): Promise<void> {
    const abort = new AbortController();
    this._abort = abort;
    let current = turn;
    const question: Question = {
      text: turn.question,
      k: this._passages(),
      filters: filtersOf(turn.scope),
      model: turn.model
    };
    try {
      for await (const event of this._client.ask(question, abort.signal)) {
        if (abort.signal.aborted) {
          return;
        }
        current = withEvent(current, event);
        this._replace(current);
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this._replace(withProblem(current, asProblem(error)));
      }
    } finally {
      if (this._abort === abort) {
        this._abort = null;
      }
    }
  }

  private _replace(turn: ITurn): void {
    this._turns = this._turns.map(other => (other.key === turn.key ? turn : other));
    this._changed.emit();
  }

  private _turns: readonly ITurn[] = [];
  private _scope: Scope = EVERYTHING;
  private _isScopeChosen = false;
  private _model: string | null = null;
  private _draft: string;
  private _nextKey = 1;
  private _abort: AbortController | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
