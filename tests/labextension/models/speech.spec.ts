import { describe, expect, it } from 'vitest';

import { plain, wholeSentences } from '../../../labextension/src/models/speech';

describe('what is spoken', () => {
  it('is whole sentences only', () => {
    expect(wholeSentences('Use join [1]. It aligns on the ind')).toBe('Use join .');
    expect(wholeSentences('Half a sent')).toBe('');
  });

  it('only grows while the text grows', () => {
    const text = 'Use `join` [1]. See:\n\n```python\na.join(b)\n```\n\nThen **check** the result. Done.\n\n';
    let before = '';
    for (let length = 0; length <= text.length; length++) {
      const spoken = wholeSentences(text.slice(0, length));
      expect(spoken.startsWith(before), `${before} → ${spoken}`).toBe(true);
      before = spoken;
    }
    expect(before).toContain('Then check the result.');
    expect(before).not.toContain('a.join');
  });

  it('is free of marks', () => {
    expect(plain('**Use** [the guide](https://x.example) `now`')).toBe('Use the guide now');
    expect(plain('## Heading\n> quoted\n- item *one*, _two_')).toBe('Heading quoted item one, two');
  });

  it('keeps the signs that belong to code and to names', () => {
    expect(plain('`left.merge(right, left_index=True)` when a > b, 2 * 3')).toBe(
      'left.merge(right, left_index=True) when a > b, 2 * 3'
    );
    expect(plain('the column station_id and `__init__`')).toBe('the column station_id and __init__');
  });
});
