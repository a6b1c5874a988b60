/** The part of a growing text that is made of whole sentences, as one would read it aloud. */
export function wholeSentences(text: string): string {
  const prose = text.replace(/^(```|~~~)[\s\S]*?(^\1|$(?![\s\S]))/gm, '');
  const ends = [...prose.matchAll(/[.!?:](?=\s)|\n\n/g)];
  const last = ends.at(-1);
  return last === undefined ? '' : plain(prose.slice(0, last.index + last[0].length));
}

/** Markdown without its marks. */
export function plain(markdown: string): string {
  return markdown
    .replace(/\[(\d{1,3})\]/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`#>|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
