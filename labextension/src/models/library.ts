import { type ISignal, Signal } from '@lumino/signaling';

import type { AssistEvent } from '../api/events';
import { asProblem, type AssistProblem } from '../api/problem';
import type { AssistClient } from '../api/client';
import type {
  Collection,
  CollectionRules,
  Document,
  DocumentState,
  Job,
  Preview,
  Source,
  Status
} from '../api/types';
import type { Jobs } from './jobs';
import type { Removals } from './removal';
import { Refresh } from './refresh';

/** The part of the server that the library needs. */
export type LibraryServer = Pick<
  AssistClient,
  | 'status'
  | 'sources'
  | 'previewSource'
  | 'addSource'
  | 'removeSource'
  | 'documents'
  | 'removeDocument'
  | 'restoreDocument'
  | 'reindexDocument'
  | 'reindexAll'
  | 'collections'
  | 'createCollection'
  | 'changeCollection'
  | 'deleteCollection'
>;

/** What adding paths would bring in, shown before it starts. */
export interface IOffer {
  readonly paths: readonly string[];
  /** Unknown until it was looked at. */
  readonly preview: Preview | null;
}

export const DOCUMENTS_PER_PAGE = 100;
const STARTING_MILLISECONDS = 1000;
const UNREACHABLE_MILLISECONDS = 5000;

/** The documents, sources and collections, and the state of the whole. */
export class Library {
  constructor(
    private readonly _server: LibraryServer,
    private readonly _jobs: Jobs,
    private readonly _removals: Removals,
    events: ISignal<unknown, AssistEvent>
  ) {
    events.connect((_, event) => {
      if (event.type !== 'job_changed') {
        void this.refresh();
      }
    });
    _jobs.ended.connect(() => void this.refresh());
  }

  get status(): Status | null {
    return this._status;
  }

  get documents(): readonly Document[] {
    return this._documents;
  }

  /** How many documents match the filter. */
  get total(): number {
    return this._total;
  }

  get page(): number {
    return this._page;
  }

  get contains(): string {
    return this._contains;
  }

  get state(): DocumentState | null {
    return this._state;
  }

  get sources(): readonly Source[] {
    return this._sources.filter(source => !this._leaving.has(source.id));
  }

  get collections(): readonly Collection[] {
    return this._collections.filter(collection => !this._leaving.has(collection.id));
  }

  get offer(): IOffer | null {
    return this._offer;
  }

  /** Why the library could not be read. */
  get problem(): AssistProblem | null {
    return this._problem;
  }

  /** Why the latest thing the user asked for was refused. */
  get refusal(): AssistProblem | null {
    return this._refusal;
  }

  get isLoaded(): boolean {
    return this._isLoaded;
  }

  get isEmpty(): boolean {
    return this._isLoaded && this._sources.length === 0 && this._status?.library?.document_count === 0;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  refresh(): Promise<void> {
    return this._refresh.request();
  }

  filter(contains: string, state: DocumentState | null): Promise<void> {
    this._contains = contains;
    this._state = state;
    return this.turnTo(0);
  }

  turnTo(page: number): Promise<void> {
    this._page = page;
    this._changed.emit();
    return this.refresh();
  }

  /** Look at what adding paths would bring in; the user then accepts or declines. */
  async propose(paths: readonly string[]): Promise<void> {
    const offer: IOffer = { paths, preview: null };
    this._offer = offer;
    await this._try(async () => {
      const previews = await Promise.all(paths.map(path => this._server.previewSource(path)));
      if (this._offer === offer) {
        this._offer = { paths, preview: previews.reduce(joined) };
      }
    });
    if (this._refusal !== null) {
      this.decline();
    }
  }

  decline(): void {
    this._offer = null;
    this._changed.emit();
  }

  /** Add what was proposed. */
  async accept(): Promise<void> {
    const paths = this._offer?.paths ?? [];
    this.decline();
    for (const path of paths) {
      await this._submit(() => this._server.addSource(path));
    }
  }

  reindex(id: string): Promise<void> {
    return this._submit(() => this._server.reindexDocument(id));
  }

  reindexAll(): Promise<void> {
    return this._submit(() => this._server.reindexAll());
  }

  async remove(document: Document, label: string): Promise<void> {
    await this._try(async () => {
      await this._server.removeDocument(document.id);
      this._documents = this._documents.filter(other => other.id !== document.id);
      this._total -= 1;
      this._removals.offer({
        label,
        undo: () => this._submit(() => this._server.restoreDocument(document.id)),
        commit: () => undefined
      });
    });
    await this.refresh();
  }

  removeSource(source: Source, label: string): void {
    this._leave(source.id, label, () => this._submit(() => this._server.removeSource(source.id)));
  }

  deleteCollection(collection: Collection, label: string): void {
    this._leave(collection.id, label, () =>
      this._try(async () => {
        await this._server.deleteCollection(collection.id);
      })
    );
  }

  /** Create a collection, or change the one with the id. Says whether it was accepted. */
  async saveCollection(id: string | null, rules: CollectionRules): Promise<boolean> {
    await this._try(async () => {
      await (id === null ? this._server.createCollection(rules) : this._server.changeCollection(id, rules));
    });
    const isAccepted = this._refusal === null;
    await this.refresh();
    return isAccepted;
  }

  dismissRefusal(): void {
    this._refusal = null;
    this._changed.emit();
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private readonly _refresh = new Refresh(async () => {
    clearTimeout(this._timer);
    try {
      this._status = await this._server.status();
      if (this._status.state === 'ready' || this._status.state === 'client') {
        await this._load();
      }
      this._problem = null;
    } catch (error) {
      this._problem = asProblem(error);
    }
    this._lookAgain();
    this._changed.emit();
  });

  private async _load(): Promise<void> {
    const [sources, collections, page] = await Promise.all([
      this._server.sources(),
      this._server.collections(),
      this._server.documents({
        contains: this._contains,
        state: this._state ?? undefined,
        offset: this._page * DOCUMENTS_PER_PAGE,
        limit: DOCUMENTS_PER_PAGE
      })
    ]);
    this._sources = sources;
    this._collections = collections;
    this._documents = page.items;
    this._total = page.total;
    this._isLoaded = true;
  }

  /** Nobody tells us when a server that is starting or away is back, so ask. */
  private _lookAgain(): void {
    if (this._isDisposed) {
      return;
    }
    if (this._status?.state === 'starting' || this._problem?.code === 'still_starting') {
      this._timer = setTimeout(() => void this.refresh(), STARTING_MILLISECONDS);
    } else if (this._problem?.isPassing === true) {
      this._timer = setTimeout(() => void this.refresh(), UNREACHABLE_MILLISECONDS);
    }
  }

  private _leave(id: string, label: string, remove: () => Promise<void>): void {
    const back = () => {
      this._leaving.delete(id);
      this._changed.emit();
    };
    this._leaving.add(id);
    this._changed.emit();
    this._removals.offer({
      label,
      undo: back,
      commit: async () => {
        await remove();
        await this.refresh();
        back();
      }
    });
  }

  private async _submit(work: () => Promise<Job>): Promise<void> {
    await this._try(async () => {
      this._jobs.add(await work());
    });
  }

  private async _try(work: () => Promise<void>): Promise<void> {
    this._refusal = null;
    this._changed.emit();
    try {
      await work();
    } catch (error) {
      this._refusal = asProblem(error);
    }
    this._changed.emit();
  }

  private _status: Status | null = null;
  private _documents: readonly Document[] = [];
  private _total = 0;
  private _page = 0;
  private _contains = '';
  private _state: DocumentState | null = null;
  private _sources: readonly Source[] = [];
  private _collections: readonly Collection[] = [];
  private _offer: IOffer | null = null;
  private _problem: AssistProblem | null = null;
  private _refusal: AssistProblem | null = null;
  private _isLoaded = false;
  private _isDisposed = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _leaving = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}

function joined(one: Preview, other: Preview): Preview {
  return {
    file_count: one.file_count + other.file_count,
    size_bytes: one.size_bytes + other.size_bytes,
    skipped: [...one.skipped, ...other.skipped].slice(0, 100),
    skipped_count: one.skipped_count + other.skipped_count
  };
}
