import { describe, expect, it } from 'vitest';

import type { IPlace, Location } from '../../../labextension/src/api/types';
import { Reader, type IDocumentOpener } from '../../../labextension/src/models/reader';
import { citation, passage } from '../samples';

type Outcome = Awaited<ReturnType<IDocumentOpener['open']>>;

function start(state: Location['state'], outcome: Outcome = 'marked') {
  const opened: IPlace[] = [];
  const restored: string[] = [];
  const location = {
    state,
    path: 'moved/03.ipynb',
    span: { ...citation.span, start_line: 9 },
    message: null
  };
  const reader = new Reader(
    { locate: () => Promise.resolve(location) },
    {
      open: place => {
        opened.push(place);
        return Promise.resolve(outcome);
      },
      remember: () => ({
        label: 'eda.ipynb',
        restore: () => {
          restored.push('eda.ipynb');
          return Promise.resolve();
        }
      })
    }
  );
  return { reader, opened, restored };
}

describe('a citation', () => {
  it('opens where its quote stands now', async () => {
    const { reader, opened } = start('moved');
    await reader.openCitation(citation);
    expect(opened).toMatchObject([
      { path: 'moved/03.ipynb', span: { start_line: 9 }, quote: citation.quote }
    ]);
    expect(reader.notice).toBeNull();
  });

  it('whose source has changed opens, and shows the quote it was made from', async () => {
    const { reader, opened } = start('stale', 'opened');
    await reader.openCitation(citation);
    expect(opened).toHaveLength(1);
    expect(reader.notice).toMatchObject({ kind: 'stale', quote: citation.quote });
  });

  it('whose source is gone shows its quote and opens nothing', async () => {
    const { reader, opened } = start('missing');
    await reader.openCitation(citation);
    expect(opened).toEqual([]);
    expect(reader.notice).toMatchObject({ kind: 'missing', quote: citation.quote });
    expect(reader.origin).toBeNull();
  });

  it('of a file without a viewer shows its quote', async () => {
    const { reader } = start('current', 'no_viewer');
    await reader.openCitation({ ...citation, document_kind: 'docx' });
    expect(reader.notice?.kind).toBe('no_viewer');
  });

  it('that cannot be looked up says why', async () => {
    const { reader } = start('current');
    const broken = new Reader(
      { locate: () => Promise.reject(new Error('Failed to fetch')) },
      { open: () => Promise.resolve('marked'), remember: () => null }
    );
    await broken.openCitation(citation);
    expect(broken.notice).toMatchObject({ kind: 'failed', message: 'Failed to fetch' });
    expect(reader.notice).toBeNull();
  });
});

describe('a passage', () => {
  it('opens at its span', async () => {
    const { reader, opened } = start('current');
    await reader.openPassage(passage);
    expect(opened).toMatchObject([{ path: passage.path, span: passage.chunk.span }]);
  });
});

describe('back', () => {
  it('returns to where the reader was, step by step', async () => {
    const { reader, restored } = start('current');
    await reader.openCitation(citation);
    await reader.openCitation(citation);
    expect(reader.origin).toBe('eda.ipynb');
    await reader.back();
    await reader.back();
    expect([restored.length, reader.origin]).toEqual([2, null]);
  });
});
