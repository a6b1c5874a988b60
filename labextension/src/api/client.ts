import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { AssistProblem, asProblem, problemOf } from './problem';
import { readAnswerEvents } from './stream';
import type {
  Answer,
  AnswerEvent,
  AnswerPage,
  Citation,
  Collection,
  CollectionRules,
  DocumentPage,
  Filters,
  IDocumentQuery,
  Job,
  Location,
  Preview,
  Question,
  SearchResult,
  Source,
  Status
} from './types';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Query = Record<string, string | number | undefined>;

/** One method for each operation of the server. */
export class AssistClient {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Names this server in the browser's storage, which other servers may share. */
  get serverUrl(): string {
    return this._settings.baseUrl;
  }

  status(): Promise<Status> {
    return this._call('GET', ['status']);
  }

  models(): Promise<string[]> {
    return this._call('GET', ['models']);
  }

  sources(): Promise<Source[]> {
    return this._call('GET', ['sources']);
  }

  /** What adding a path would bring in. */
  previewSource(path: string): Promise<Preview> {
    return this._call('POST', ['sources', 'preview'], { path });
  }

  addSource(path: string): Promise<Job> {
    return this._call('POST', ['sources'], { path });
  }

  removeSource(id: string): Promise<Job> {
    return this._call('DELETE', ['sources', id]);
  }

  documents(query: IDocumentQuery): Promise<DocumentPage> {
    return this._call('GET', ['documents'], undefined, { ...query });
  }

  removeDocument(id: string): Promise<null> {
    return this._call('DELETE', ['documents', id]);
  }

  restoreDocument(id: string): Promise<Job> {
    return this._call('POST', ['documents', id, 'restore'], {});
  }

  reindexDocument(id: string): Promise<Job> {
    return this._call('POST', ['documents', id, 'reindex'], {});
  }

  reindexAll(): Promise<Job> {
    return this._call('POST', ['reindex'], {});
  }

  collections(): Promise<Collection[]> {
    return this._call('GET', ['collections']);
  }

  createCollection(rules: CollectionRules): Promise<Collection> {
    return this._call('POST', ['collections'], rules);
  }

  changeCollection(id: string, rules: CollectionRules): Promise<Collection> {
    return this._call('PATCH', ['collections', id], rules);
  }

  deleteCollection(id: string): Promise<null> {
    return this._call('DELETE', ['collections', id]);
  }

  search(query: string, k: number, filters: Filters): Promise<SearchResult> {
    return this._call('POST', ['search'], { query, k, filters });
  }

  /** Ask, and read the answer as it is made. Aborting the signal stops the work on the server too. */
  async *ask(question: Question, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    const response = await this._fetch(['ask'], { ...jsonBody('POST', question), signal });
    if (response.body === null) {
      throw new AssistProblem('interrupted', 'The server sent an empty reply.', response.status);
    }
    yield* readAnswerEvents(response.body);
  }

  answers(contains: string, offset: number, limit: number): Promise<AnswerPage> {
    return this._call('GET', ['answers'], undefined, { contains: contains || undefined, offset, limit });
  }

  answer(id: string): Promise<Answer> {
    return this._call('GET', ['answers', id]);
  }

  deleteAnswer(id: string): Promise<null> {
    return this._call('DELETE', ['answers', id]);
  }

  /** Where the quote of a citation stands now. */
  locate(citation: Citation): Promise<Location> {
    return this._call('POST', ['citations', 'locate'], { citation });
  }

  jobs(): Promise<Job[]> {
    return this._call('GET', ['jobs']);
  }

  cancelJob(id: string): Promise<unknown> {
    return this._call('POST', ['jobs', id, 'cancel'], {});
  }

  resumeJob(id: string): Promise<unknown> {
    return this._call('POST', ['jobs', id, 'resume'], {});
  }

  private async _call<T>(method: Method, parts: string[], body?: object, query?: Query): Promise<T> {
    const init = body === undefined ? { method } : jsonBody(method, body);
    const response = await this._fetch(parts, init, query);
    const text = await response.text();
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  private async _fetch(parts: string[], init: RequestInit, query: Query = {}): Promise<Response> {
    const path = parts.map(encodeURIComponent).join('/');
    const url = URLExt.join(this._settings.baseUrl, 'devassist/api', path) + queryString(query);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      throw asProblem(error);
    }
    if (!response.ok) {
      throw await problemOf(response);
    }
    return response;
  }
}

function jsonBody(method: Method, body: object): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
}

function queryString(query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') {
      given.set(name, String(value));
    }
  }
  const text = given.toString();
  return text === '' ? '' : `?${text}`;
}
