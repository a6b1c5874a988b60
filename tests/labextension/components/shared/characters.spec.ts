import { describe, expect, it } from 'vitest';

import { revealHidden, withoutHidden } from '../../../../labextension/src/components/shared/characters';

const shown = (text: string, isCode = false) =>
  revealHidden(text, isCode)
    .map(piece => piece.text)
    .join('');

describe('characters that cannot be seen', () => {
  it('are named', () => {
    expect(shown('a\u202eb\u0007c\u{e0041}')).toBe('aU+202EbU+0007cU+E0041');
  });

  it('that belong to spelling are left alone in prose and named in code', () => {
    expect(shown('می\u200cخواهم')).toBe('می\u200cخواهم');
    expect(shown('if\u200cx', true)).toBe('ifU+200Cx');
  });

  it('are not the ordinary spaces', () => {
    expect(shown('a\tb\nc d\u00a0e')).toBe('a\tb\nc d\u00a0e');
  });

  it('are left out of code that is inserted', () => {
    expect(withoutHidden('access = "user\u202e \u2066"\n\tok')).toBe('access = "user "\n\tok');
  });
});
