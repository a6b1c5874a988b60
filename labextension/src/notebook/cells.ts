import { MarkdownCell, type Cell } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { NotebookActions, type Notebook, type NotebookPanel } from '@jupyterlab/notebook';

import type { IPlace, Span } from '../api/types';
import type { Marks } from './marks';
import { findQuote, linesOf } from './quotes';
import { centre } from './scrolling';

/** Show the cited cell in the middle, select it and mark the quote. Says whether the cell was found. */
export async function revealCell(panel: NotebookPanel, place: IPlace, marks: Marks): Promise<boolean> {
  await panel.context.ready;
  await panel.revealed;
  const notebook = panel.content;
  const index = findCell(notebook, place.span, place.quote);
  const cell = notebook.widgets[index];
  if (cell === undefined) {
    return false;
  }
  NotebookActions.expandParent(cell, notebook);
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.mode = 'command';
  // Brings the cell into the page where only visible cells are in it; a later scroll may supersede it.
  notebook.scrollToItem(index, 'center').catch(() => undefined);
  await cell.ready;
  cell.inputHidden = false;
  const measure = markQuote(cell, place, marks);
  await centre(notebook.outerNode, measure);
  return true;
}

/** By id; without one, or where it is gone, by its words, and last by its number. */
function findCell(notebook: Notebook, span: Span, quote: string): number {
  const models = notebook.widgets.map(cell => cell.model);
  const byId = models.findIndex(model => model.id === span.cell_id);
  if (byId >= 0) {
    return byId;
  }
  const number = span.cell_index ?? -1;
  const holds = (index: number) => {
    const source = models[index]?.sharedModel.getSource();
    return source !== undefined && findQuote(source, quote, 0) !== null;
  };
  if (holds(number)) {
    return number;
  }
  const byWords = models.findIndex((_, index) => holds(index));
  return byWords >= 0 ? byWords : number;
}

/** How long a cell may take to be drawn before its quote is given up. */
const DRAWING_MILLISECONDS = 1500;

/** Mark the quote as closely as the cell allows, and return how to measure what was marked. */
function markQuote(cell: Cell, { span, quote }: IPlace, marks: Marks): () => DOMRect | null {
  marks.clear();
  marks.markElement(cell.node);
  const wholeCell = () => cell.node.getBoundingClientRect();
  const isRendered = cell instanceof MarkdownCell && cell.rendered;
  const { editor } = cell;
  if (!isRendered && editor instanceof CodeMirrorEditor) {
    const source = cell.model.sharedModel.getSource();
    const lines = linesOf(source, span.start_line, span.end_line);
    const found = findQuote(source, quote, lines.from);
    if (found !== null) {
      marks.markLines(editor, found);
      return () => editorRect(editor, found.from, found.to) ?? wholeCell();
    }
  }
  const deadline = performance.now() + DRAWING_MILLISECONDS;
  let range: Range | null = null;
  return () => {
    if (range === null || !range.startContainer.isConnected) {
      const drawn = cell.node.querySelector<HTMLElement>(
        isRendered ? '.jp-MarkdownOutput' : '.jp-Cell-outputWrapper'
      );
      range = drawn === null ? null : marks.markRendered(drawn, quote);
    }
    if (range === null) {
      return performance.now() < deadline ? null : wholeCell();
    }
    return visible(range.getBoundingClientRect()) ?? wholeCell();
  };
}

function editorRect(editor: CodeMirrorEditor, from: number, to: number): DOMRect | null {
  const top = editor.editor.coordsAtPos(from);
  const bottom = editor.editor.coordsAtPos(to);
  return top === null || bottom === null
    ? null
    : new DOMRect(top.left, top.top, 1, Math.max(1, bottom.bottom - top.top));
}

function visible(rect: DOMRect): DOMRect | null {
  return rect.height > 0 ? rect : null;
}
