/** A piece of text, and the name of the character it stands for when that one cannot be seen. */
export interface IPiece {
  readonly text: string;
  readonly isHidden: boolean;
}

/*
 * Controls, bidirectional embeddings, overrides and isolates, invisible spaces and operators, and the
 * tag block, which carries whole messages unseen. Joiners and direction marks belong to the spelling
 * of many languages, so only code shows them.
 */
const HIDDEN = String.raw`\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u180E\u200B\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}`;
const IN_PROSE = new RegExp(`[${HIDDEN}]`, 'gu');
const IN_CODE = new RegExp(String.raw`[${HIDDEN}\u061C\u200C-\u200F]`, 'gu');

/** Cut a text so that characters a reader could not see become their names. */
export function revealHidden(text: string, isCode: boolean): IPiece[] {
  const pieces: IPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(isCode ? IN_CODE : IN_PROSE)) {
    if (match.index > from) {
      pieces.push({ text: text.slice(from, match.index), isHidden: false });
    }
    pieces.push({ text: codeName(match[0]), isHidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) {
    pieces.push({ text: text.slice(from), isHidden: false });
  }
  return pieces;
}

function codeName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Code without the characters a reader could not see. */
export function withoutHidden(code: string): string {
  return revealHidden(code, true)
    .filter(piece => !piece.isHidden)
    .map(piece => piece.text)
    .join('');
}
