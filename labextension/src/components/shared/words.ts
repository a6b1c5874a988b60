import type { TranslationBundle } from '@jupyterlab/translation';

import type { Citation, Document, DocumentKind, DocumentState, Job, Span } from '../../api/types';
import type { Scope } from '../../models/scope';

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || '/';
}

/** Where a span stands, in words: "cell 12", "page 3", "line 40". */
export function placeInWords(span: Span, trans: TranslationBundle): string {
  if (typeof span.cell_index === 'number') {
    return trans.__('cell %1', span.cell_index + 1);
  }
  if (typeof span.page === 'number') {
    return trans.__('page %1', span.page);
  }
  return span.end_line > span.start_line
    ? trans.__('lines %1–%2', span.start_line, span.end_line)
    : trans.__('line %1', span.start_line);
}

/** What a screen reader calls a citation. */
export function citationName(citation: Citation, trans: TranslationBundle): string {
  return trans.__(
    'Source %1: %2, %3',
    citation.marker,
    fileName(citation.path),
    placeInWords(citation.span, trans)
  );
}

export function scopeInWords(scope: Scope, trans: TranslationBundle): string {
  switch (scope.kind) {
    case 'all':
      return trans.__('Everything');
    case 'collection':
      return trans.__('Collection: %1', scope.name);
    case 'folder':
      return trans.__('Folder: %1', scope.path === '' ? '/' : fileName(scope.path));
    case 'notebook':
      return trans.__('Notebook: %1', fileName(scope.path));
  }
}

export function stateInWords(state: DocumentState, trans: TranslationBundle): string {
  switch (state) {
    case 'pending':
      return trans.__('Waiting');
    case 'lexical':
      return trans.__('Found by its words; meaning still being computed');
    case 'indexed':
      return trans.__('Indexed');
    case 'skipped':
      return trans.__('Skipped');
    case 'failed':
      return trans.__('Failed');
  }
}

export function kindInWords(kind: DocumentKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'notebook':
      return trans.__('Notebook');
    case 'markdown':
      return trans.__('Markdown');
    case 'rst':
      return trans.__('reStructuredText');
    case 'text':
      return trans.__('Text');
    case 'code':
      return trans.__('Code');
    case 'pdf':
      return trans.__('PDF');
    case 'docx':
      return trans.__('Word document');
  }
}

/** "Embedding 41 of 177 · 38 chunks/s · about 20 s". */
export function progressInWords(job: Job, trans: TranslationBundle): string {
  if (job.state === 'queued') {
    return trans.__('Waiting for its turn');
  }
  const { done, total, stage, unit, rate_per_second, remaining_seconds } = job.progress;
  const parts = [stage];
  if (total !== null) {
    parts[0] = trans.__('%1 %2 of %3', stage, done, total);
  } else if (done > 0) {
    parts[0] = trans.__('%1 %2', stage, done);
  }
  if (rate_per_second !== null && rate_per_second > 0) {
    const rate = rate_per_second < 10 ? rate_per_second.toFixed(1) : Math.round(rate_per_second);
    parts.push(trans.__('%1 %2/s', rate, unitInWords(unit, trans)));
  }
  if (remaining_seconds !== null) {
    parts.push(trans.__('about %1', durationInWords(remaining_seconds, trans)));
  }
  return parts.join(' · ');
}

function unitInWords(unit: Job['progress']['unit'], trans: TranslationBundle): string {
  switch (unit) {
    case 'files':
      return trans.__('files');
    case 'chunks':
      return trans.__('chunks');
    case 'rows':
      return trans.__('rows');
  }
}

export function durationInWords(seconds: number, trans: TranslationBundle): string {
  return seconds < 90
    ? trans.__('%1 s', Math.max(1, Math.round(seconds)))
    : trans.__('%1 min', Math.round(seconds / 60));
}

export function sizeInWords(bytes: number, trans: TranslationBundle): string {
  if (bytes < 1000) {
    return trans.__('%1 B', bytes);
  }
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 'B';
  for (const larger of units) {
    if (size < 1000) {
      break;
    }
    size /= 1000;
    unit = larger;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** When something happened, in the words of the user's language: "5 minutes ago". */
export function agoInWords(moment: string, now: number, language: string | undefined): string {
  const seconds = (new Date(moment).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of AGES) {
    if (Math.abs(seconds) >= length) {
      return format.format(Math.round(seconds / length), unit);
    }
  }
  return format.format(0, 'second');
}

const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60]
];

/** "3 chunks · 5 minutes ago", or the reason why there are none. */
export function documentDetail(document: Document, now: number, trans: TranslationBundle): string {
  if (document.reason !== null) {
    return document.reason;
  }
  const chunks = trans._n('%1 chunk', '%1 chunks', document.chunk_count);
  return document.indexed_at === null
    ? chunks
    : `${chunks} · ${agoInWords(document.indexed_at, now, languageOf(trans))}`;
}

export function languageOf(trans: TranslationBundle): string | undefined {
  return 'locale' in trans && typeof trans.locale === 'string' ? trans.locale.replace('_', '-') : undefined;
}
