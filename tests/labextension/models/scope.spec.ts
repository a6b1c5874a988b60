import { describe, expect, it } from 'vitest';

import { filtersOf } from '../../../labextension/src/models/scope';

describe('a scope', () => {
  it('becomes filters that match just that path', () => {
    expect(filtersOf({ kind: 'all' })).toEqual({});
    expect(filtersOf({ kind: 'folder', path: '' })).toEqual({});
    expect(filtersOf({ kind: 'folder', path: 'week *' })).toEqual({ paths: ['week [*]'] });
    expect(filtersOf({ kind: 'collection', id: 'c', name: 'Course' })).toEqual({ collections: ['c'] });
  });
});
