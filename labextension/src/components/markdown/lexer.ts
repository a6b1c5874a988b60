import MarkdownIt from 'markdown-it';

type Token = ReturnType<MarkdownIt['parse']>[number];

/** A token with what lies between its opening and its closing. */
export interface INode {
  readonly token: Token;
  readonly children: readonly INode[];
}

/**
 * Raw HTML stays text. Reference definitions are off, so that a text can neither turn `[1]` into a
 * link of its own nor hide an address far from where it is used. Link targets are judged in `links`.
 */
const lexer = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(['reference']);
lexer.validateLink = () => true;

/** The blocks of a text as separate sources; a growing text changes only the last. */
export function splitBlocks(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const blocks: string[] = [];
  for (const token of lexer.parse(text, {})) {
    if (token.level === 0 && token.map !== null && token.nesting >= 0) {
      blocks.push(lines.slice(token.map[0], token.map[1]).join('\n'));
    }
  }
  return blocks;
}

export function parse(text: string): INode[] {
  return nest(lexer.parse(text, {}));
}

function nest(tokens: readonly Token[]): INode[] {
  const root: INode[] = [];
  const open: INode[][] = [root];
  for (const token of tokens) {
    if (token.nesting < 0) {
      open.pop();
      continue;
    }
    const children: INode[] = token.type === 'inline' ? nest(token.children ?? []) : [];
    open.at(-1)?.push({ token, children });
    if (token.nesting > 0) {
      open.push(children);
    }
  }
  return root;
}
