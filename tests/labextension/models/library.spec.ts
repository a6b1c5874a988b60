import { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { AssistEvent } from '../../../labextension/src/api/events';
import { AssistProblem } from '../../../labextension/src/api/problem';
import type { Document, Job, Status } from '../../../labextension/src/api/types';
import { Jobs } from '../../../labextension/src/models/jobs';
import { Library, type LibraryServer } from '../../../labextension/src/models/library';
import { Removals } from '../../../labextension/src/models/removal';
import { job, preview, status } from '../samples';

/** A server with documents in memory. */
class MemoryServer implements LibraryServer {
  documentsKept = ['a.md', 'b.ipynb'].map((path, index): Document => documentAt(path, `document-${index}`));
  statusKept: Status = status;
  jobsKept: Job[] = [];
  failure: AssistProblem | null = null;
  calls: string[] = [];

  status = () => this.reply('status', this.statusKept);
  sources = () => this.reply('sources', []);
  previewSource = (path: string) => this.reply(`preview ${path}`, preview);
  addSource = (path: string) => this.reply(`add ${path}`, this.submit());
  removeSource = () => this.reply('removeSource', this.submit());
  documents: LibraryServer['documents'] = ({ contains = '', offset, limit }) => {
    const matching = this.documentsKept.filter(document => document.path.includes(contains));
    return this.reply('documents', { items: matching.slice(offset, offset + limit), total: matching.length });
  };
  removeDocument = (id: string) => {
    this.documentsKept = this.documentsKept.filter(document => document.id !== id);
    return this.reply(`remove ${id}`, null);
  };
  restoreDocument = (id: string) => this.reply(`restore ${id}`, this.submit());
  reindexDocument = () => this.reply('reindex', this.submit());
  reindexAll = () => this.reply('reindexAll', this.submit());
  collections = () =>
    this.reply('collections', [
      { id: 'c', name: 'Course', include: ['**'], exclude: [], document_count: 2, created_at: job.created_at }
    ]);
  createCollection: LibraryServer['createCollection'] = async rules => {
    const [collection] = await this.collections();
    return { ...collection, ...rules, id: 'new', document_count: 0, created_at: job.created_at };
  };
  changeCollection: LibraryServer['changeCollection'] = (_, rules) => this.createCollection(rules);
  deleteCollection = (id: string) => this.reply(`deleteCollection ${id}`, null);
  jobs = () => this.reply('jobs', this.jobsKept);
  cancelJob = () => this.reply('cancel', null);
  resumeJob = () => this.reply('resume', null);

  private submit(): Job {
    this.jobsKept = [job];
    return job;
  }

  private reply<T>(call: string, value: T): Promise<T> {
    this.calls.push(call);
    return this.failure === null ? Promise.resolve(value) : Promise.reject(this.failure);
  }
}

function documentAt(path: string, id: string): Document {
  return {
    id,
    path,
    kind: 'markdown',
    language: null,
    size_bytes: 1,
    content_hash: '',
    state: 'indexed',
    reason: null,
    error_code: null,
    chunk_count: 1,
    modified_at: job.created_at,
    indexed_at: job.created_at
  };
}

async function start() {
  const server = new MemoryServer();
  const source = {};
  const events = new Signal<object, AssistEvent>(source);
  const removals = new Removals();
  const jobs = new Jobs(server, events);
  const library = new Library(server, jobs, removals, events);
  await library.refresh();
  return { server, events, removals, jobs, library };
}

const paths = (library: Library) => library.documents.map(document => document.path);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('adding a folder', () => {
  it('shows how much it is before it starts, and starts when accepted', async () => {
    const { library, server, jobs } = await start();
    await library.propose(['course']);
    expect(library.offer).toEqual({ paths: ['course'], preview });
    expect(server.calls).not.toContain('add course');
    await library.accept();
    expect(server.calls).toContain('add course');
    expect(library.offer).toBeNull();
    expect(jobs.active).toEqual([job]);
  });

  it('adds up what several files bring in', async () => {
    const { library } = await start();
    await library.propose(['a.md', 'b.md']);
    expect(library.offer?.preview).toMatchObject({ file_count: 6, size_bytes: 2000 });
  });

  it('that is refused says why', async () => {
    const { library, server } = await start();
    server.failure = new AssistProblem('path_not_allowed', '/etc is outside of the root.', 400);
    await library.propose(['../etc']);
    expect(library.offer).toBeNull();
    expect(library.refusal?.message).toBe('/etc is outside of the root.');
  });
});

describe('removing a document', () => {
  it('happens at once and can be undone', async () => {
    const { library, server, removals } = await start();
    const [first] = library.documents;
    if (first !== undefined) {
      await library.remove(first, 'Removed a.md');
    }
    expect(paths(library)).toEqual(['b.ipynb']);
    removals.undo();
    expect(server.calls).toContain('restore document-0');
  });
});

describe('deleting a collection', () => {
  it('hides it at once and deletes it when the time to undo is over', async () => {
    const { library, server } = await start();
    const [collection] = library.collections;
    if (collection !== undefined) {
      library.deleteCollection(collection, 'Removed Course');
    }
    expect(library.collections).toEqual([]);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(server.calls).not.toContain('deleteCollection c');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(server.calls).toContain('deleteCollection c');
  });

  it('that is undone never happened', async () => {
    const { library, server, removals } = await start();
    const [collection] = library.collections;
    if (collection !== undefined) {
      library.deleteCollection(collection, 'Removed Course');
    }
    removals.undo();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(library.collections).toHaveLength(1);
    expect(server.calls).not.toContain('deleteCollection c');
  });
});

describe('the list', () => {
  it('follows what the server tells', async () => {
    const { library, server, events } = await start();
    server.documentsKept = [...server.documentsKept, documentAt('c.md', 'document-2')];
    events.emit({ type: 'document_changed', document_id: 'document-2', state: 'indexed' });
    await vi.advanceTimersByTimeAsync(0);
    expect(paths(library)).toContain('c.md');
  });

  it('is filtered from its first page on', async () => {
    const { library } = await start();
    await library.turnTo(3);
    await library.filter('ipynb', null);
    expect([library.page, paths(library)]).toEqual([0, ['b.ipynb']]);
  });

  it('is read again when a job ends', async () => {
    const { library, server, jobs } = await start();
    await library.reindexAll();
    server.documentsKept = [];
    server.jobsKept = [{ ...job, state: 'done' }];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(jobs.active).toEqual([]);
    expect(paths(library)).toEqual([]);
  });
});

describe('a server that is starting', () => {
  it('is asked again until it is ready', async () => {
    const { library, server } = await start();
    server.statusKept = { ...status, state: 'starting', library: null };
    await library.refresh();
    expect(library.status?.state).toBe('starting');
    server.statusKept = status;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(library.status?.state).toBe('ready');
  });

  it('or away is asked again, and what was known stays', async () => {
    const { library, server } = await start();
    server.failure = new AssistProblem('unreachable', 'gone', null);
    await library.refresh();
    expect([library.problem?.code, paths(library).length]).toEqual(['unreachable', 2]);
    server.failure = null;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(library.problem).toBeNull();
  });
});

describe('a job that failed', () => {
  it('is shown until it is put away', async () => {
    const { library, server, jobs } = await start();
    await library.reindexAll();
    server.jobsKept = [{ ...job, state: 'failed', message: 'The disk is full.' }];
    await jobs.refresh();
    expect(jobs.failed?.message).toBe('The disk is full.');
    jobs.dismiss();
    expect(jobs.failed).toBeNull();
  });
});
