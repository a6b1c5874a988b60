import type { Answer, Citation, Job, Passage, Preview, Status } from '../../labextension/src/api/types';

/** Values as the server sends them. */
export const passage: Passage = {
  chunk: {
    id: 'chunk-1',
    document_id: 'document-1',
    ordinal: 0,
    kind: 'prose',
    language: null,
    heading: ['Joining'],
    lead: '',
    text: 'join aligns on the index.',
    span: { start_line: 1, end_line: 1, cell_id: 'abc', cell_index: 11, page: null },
    token_count: 7
  },
  path: 'course/03-joining.ipynb',
  document_kind: 'notebook',
  score: 0.8,
  lexical_rank: 1,
  vector_rank: 1,
  also_in: []
};

export const citation: Citation = {
  marker: 1,
  document_id: 'document-1',
  chunk_id: 'chunk-1',
  path: passage.path,
  document_kind: 'notebook',
  heading: ['Joining'],
  span: passage.chunk.span,
  quote: 'join aligns on the index.',
  score: 0.9
};

export const answer: Answer = {
  id: 'answer-1',
  question: 'How do I join?',
  text: 'Use join [1].',
  citations: [citation],
  passages: [passage],
  supported: true,
  confidence: 0.9,
  model: 'extractive',
  state: 'complete',
  timings_ms: { search: 20, compose: 21 },
  created_at: '2026-01-01T00:00:00Z'
};

export const job: Job = {
  id: 'job-1',
  kind: 'ingest',
  title: 'Index course',
  state: 'running',
  progress: {
    done: 41,
    total: 177,
    unit: 'files',
    stage: 'Reading',
    rate_per_second: 38,
    remaining_seconds: 20,
    detail: 'a.ipynb'
  },
  error_code: null,
  message: null,
  created_at: '2026-01-01T00:00:00Z',
  finished_at: null
};

export const preview: Preview = { file_count: 3, size_bytes: 1000, skipped: [], skipped_count: 0 };

export const status: Status = {
  version: '0.1.0',
  state: 'ready',
  message: null,
  home: 'home',
  library: {
    document_count: 1,
    chunk_count: 1,
    embedded_count: 1,
    by_state: { indexed: 1 },
    embedder: 'all-MiniLM-L6-v2',
    degraded: null
  },
  models: ['extractive'],
  jobs_running: 0,
  offline: true,
  plugin_failures: []
};
