/** A stretch of a text, as offsets. */
export interface IStretch {
  readonly from: number;
  readonly to: number;
}

const MEANS_SOMETHING = /[\p{L}\p{N}]/u;

/**
 * Find a quote in a text, whatever the white space and the marks of Markdown between its letters.
 *
 * #### Notes
 * Where the quote occurs more than once the occurrence nearest to `near` is meant.
 */
export function findQuote(text: string, quote: string, near: number): IStretch | null {
  const exact = nearest(text, quote.trim(), near);
  if (exact !== null) {
    return exact;
  }
  const letters = lettersOf(text);
  const wanted = lettersOf(quote).letters;
  const nearLetter = letters.offsets.findIndex(offset => offset >= near);
  const found = nearest(letters.letters, wanted, nearLetter < 0 ? letters.letters.length : nearLetter);
  const from = found === null ? undefined : letters.offsets[found.from];
  const last = found === null ? undefined : letters.offsets[found.to - 1];
  return from === undefined || last === undefined ? null : { from, to: last + 1 };
}

/** Where the lines of a span begin and end in a text; lines past its end count as its last. */
export function linesOf(text: string, startLine: number, endLine: number): IStretch {
  const lines = text.split('\n');
  const first = Math.min(Math.max(startLine, 1), lines.length);
  const last = Math.min(Math.max(endLine, first), lines.length);
  const from = lines.slice(0, first - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return { from, to: from + lines.slice(first - 1, last).join('\n').length };
}

function nearest(text: string, wanted: string, near: number): IStretch | null {
  if (wanted === '') {
    return null;
  }
  const after = text.indexOf(wanted, near);
  const before = text.lastIndexOf(wanted, near);
  const from =
    after < 0 || before < 0 ? Math.max(after, before) : after - near < near - before ? after : before;
  return from < 0 ? null : { from, to: from + wanted.length };
}

function lettersOf(text: string): { letters: string; offsets: number[] } {
  const offsets: number[] = [];
  let letters = '';
  let offset = 0;
  for (const character of text) {
    if (MEANS_SOMETHING.test(character)) {
      letters += character;
      for (let unit = 0; unit < character.length; unit++) {
        offsets.push(offset + unit);
      }
    }
    offset += character.length;
  }
  return { letters, offsets };
}
