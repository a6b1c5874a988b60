import { describe, expect, it } from 'vitest';

import { findQuote, linesOf } from '../../../labextension/src/notebook/quotes';

function found(text: string, quote: string, near = 0): string | null {
  const stretch = findQuote(text, quote, near);
  return stretch === null ? null : text.slice(stretch.from, stretch.to);
}

describe('a quote', () => {
  it('is found as it stands', () => {
    expect(found('a = 1\nb = 2\n', 'b = 2')).toBe('b = 2');
  });

  it('is found where lines are broken elsewhere', () => {
    expect(found('join aligns\n  on the index', 'join aligns on the index')).toBe(
      'join aligns\n  on the index'
    );
  });

  it('is found in drawn text, where the marks of Markdown are gone', () => {
    expect(found('Use join on the index.', 'Use `join` on **the** index.')).toBe('Use join on the index');
  });

  it('that occurs often is found near the place asked for', () => {
    const text = 'x = 1\ny = 2\nx = 1\nz = 3\nx = 1\n';
    expect(findQuote(text, 'x = 1', 12)?.from).toBe(12);
    expect(findQuote(text, 'x = 1', 23)?.from).toBe(24);
  });

  it('may hold letters of two code units', () => {
    expect(found('a 📊𝒙 b', '𝒙 b')).toBe('𝒙 b');
    expect(found('**𝒙** _b_', '𝒙 b')).toBe('𝒙** _b');
  });

  it('that is not there is not found', () => {
    expect(found('a = 1', 'b')).toBeNull();
    expect(found('a = 1', '   ')).toBeNull();
    expect(found('', 'b')).toBeNull();
  });
});

describe('the lines of a span', () => {
  it('are cut out of the text', () => {
    const text = 'one\ntwo\nthree\n';
    const { from, to } = linesOf(text, 2, 3);
    expect(text.slice(from, to)).toBe('two\nthree');
  });

  it('past the end of a changed text are its last', () => {
    expect(linesOf('one\ntwo', 90, 95)).toEqual({ from: 4, to: 7 });
    expect(linesOf('', 1, 1)).toEqual({ from: 0, to: 0 });
  });
});
