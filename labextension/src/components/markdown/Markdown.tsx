import React, { Fragment, memo, useMemo, type ReactNode } from 'react';

import { Plain } from '../shared/Plain';
import { CodeBlock } from './CodeBlock';
import { parse, splitBlocks, type INode } from './lexer';
import { targetOf } from './links';

/** Draws the mark `[n]`, or nothing when no citation has that number. */
export type RenderMark = (marker: number) => ReactNode;

interface IMarkdownProps {
  readonly text: string;
  readonly renderMark: RenderMark;
}

/**
 * Markdown from a model or a document, whole or still growing.
 *
 * #### Notes
 * Only the elements named here can come out; anything else in the text is shown as text.
 */
export function Markdown({ text, renderMark }: IMarkdownProps): JSX.Element {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  return (
    <div className="jp-DevAssist-markdown" dir="auto">
      {blocks.map((source, index) => (
        <Block key={index} source={source} renderMark={renderMark} />
      ))}
    </div>
  );
}

const Block = memo(function Block(props: { source: string; renderMark: RenderMark }): JSX.Element {
  return <>{renderAll(parse(props.source), props.renderMark)}</>;
});

/** Containers that become the element of the same meaning, without any attribute. */
const PLAIN_ELEMENTS: Readonly<Record<string, string>> = {
  paragraph_open: 'p',
  bullet_list_open: 'ul',
  list_item_open: 'li',
  blockquote_open: 'blockquote',
  thead_open: 'thead',
  tbody_open: 'tbody',
  tr_open: 'tr',
  em_open: 'em',
  strong_open: 'strong',
  s_open: 's'
};

/** The panel's own headings stand above those of an answer. */
const HEADINGS: Readonly<Record<string, string>> = {
  h1: 'h4',
  h2: 'h5',
  h3: 'h6',
  h4: 'h6',
  h5: 'h6',
  h6: 'h6'
};

function renderAll(nodes: readonly INode[], mark: RenderMark): ReactNode[] {
  return nodes.map((node, index) => <Fragment key={index}>{render(node, mark)}</Fragment>);
}

function render(node: INode, mark: RenderMark): ReactNode {
  const { token, children } = node;
  const inner = () => renderAll(children, mark);
  const element = PLAIN_ELEMENTS[token.type];
  if (element !== undefined) {
    return token.hidden ? <>{inner()}</> : React.createElement(element, null, ...inner());
  }
  switch (token.type) {
    case 'inline':
      return <>{inner()}</>;
    case 'heading_open':
      return React.createElement(HEADINGS[token.tag] ?? 'h6', null, ...inner());
    case 'ordered_list_open':
      return <ol start={Number(token.attrGet('start') ?? 1)}>{inner()}</ol>;
    case 'table_open':
      return (
        <div className="jp-DevAssist-table">
          <table>{inner()}</table>
        </div>
      );
    case 'th_open':
    case 'td_open':
      return React.createElement(
        token.tag === 'th' ? 'th' : 'td',
        { className: alignment(node) },
        ...inner()
      );
    case 'hr':
      return <hr />;
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return <br />;
    case 'code_inline':
      return (
        <code>
          <Plain text={token.content} isCode />
        </code>
      );
    case 'fence':
    case 'code_block':
      return <CodeBlock code={token.content.replace(/\n$/, '')} language={languageOf(token.info)} />;
    case 'link_open':
      return renderLink(token.attrGet('href') ?? '', renderAll(children, noMark));
    case 'image':
      return <Plain text={token.content} />;
    default:
      return renderText(token.content, mark);
  }
}

function renderText(text: string, mark: RenderMark): ReactNode {
  return text.split(/(\[\d{1,3}\])/).map((piece, index) => {
    const marker = index % 2 === 1 ? mark(Number(piece.slice(1, -1))) : null;
    return <Fragment key={index}>{marker ?? <Plain text={piece} />}</Fragment>;
  });
}

/** A citation is a button, and a button cannot stand in a link. */
const noMark: RenderMark = () => null;

function renderLink(href: string, inner: ReactNode): ReactNode {
  const target = targetOf(href);
  if (target === null) {
    return <>{inner}</>;
  }
  return (
    <>
      <a href={target.href} target="_blank" rel="noopener noreferrer nofollow">
        {inner}
      </a>{' '}
      <span className="jp-DevAssist-destination">
        (<Plain text={target.destination} />)
      </span>
    </>
  );
}

function alignment({ token }: INode): string | undefined {
  const match = /^text-align:(left|center|right)$/.exec(token.attrGet('style') ?? '');
  return match === null ? undefined : `jp-mod-${match[1]}`;
}

function languageOf(info: string): string {
  return /^[\w+#.-]{1,40}/.exec(info.trim())?.[0] ?? '';
}
