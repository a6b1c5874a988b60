/** The part of a growing text that is made of whole sentences, as one would read it aloud. */
export function wholeSentences(text: string): string {
  const prose = text.replace(/^(```|~~~)[\s\S]*?(^\1|$(?![\s\S]))/gm, '');
  const ends = [...prose.matchAll(/[.!?:](?=\s)|\n\n/g)];
  const last = ends.at(-1);
  return last === undefined ? '' : plain(prose.slice(0, last.index + last[0].length));
}

/** Markdown without its marks; what stands in code keeps every sign. */
export function plain(markdown: string): string {
  return markdown
    .replace(/^[ \t]*(?:>|#{1,6}|[-*+])[ \t]+/gm, '')
    .split(/(`+[^`]*`+)/)
    .map((piece, index) => (index % 2 === 1 ? piece.replaceAll('`', '') : withoutMarks(piece)))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

function withoutMarks(prose: string): string {
  return prose
    .replace(/\[(\d{1,3})\]/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+|_+(?!\w)|[`|]+/g, '');
}
