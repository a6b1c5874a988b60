import { describe, expect, it } from 'vitest';

import { subjectsOf } from '../../../labextension/src/models/suggestions';

describe('subjects to ask about', () => {
  it('are specific headings, spread over the notebook', () => {
    const headings = [
      '3. Joining tables',
      'Introduction',
      '`merge` on columns',
      'Exercises',
      'Keys',
      'Time',
      'Rows'
    ];
    expect(subjectsOf(headings, 3)).toEqual(['Joining tables', 'merge on columns', 'Time']);
  });

  it('are fewer when there are fewer', () => {
    expect(subjectsOf(['Summary', 'Joining', 'Joining'], 3)).toEqual(['Joining']);
  });
});
