import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';

import { findQuote, type IStretch } from './quotes';

const CELL_CLASS = 'jp-DevAssist-markedCell';
const LINE_CLASS = 'jp-DevAssist-markedLine';
const FLASH_CLASS = 'jp-mod-flashing';
const HIGHLIGHT = 'jp-devassist-quote';

interface IMark extends IStretch {
  readonly isFlashing: boolean;
}

const setMark = StateEffect.define<IMark | null>();

const markField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) {
        next = effect.value === null ? Decoration.none : linesMarked(transaction.state.doc, effect.value);
      }
    }
    return next;
  },
  provide: field => EditorView.decorations.from(field)
});

/** Marks the quoted lines: strongly for a moment, then thinly until the next click. */
export class Marks {
  constructor(private readonly _seconds: () => number) {}

  /** Mark whole lines of an editor and return the height of their middle. */
  markLines(editor: CodeMirrorEditor, stretch: IStretch): void {
    const view = editor.editor;
    if (view.state.field(markField, false) === undefined) {
      editor.injectExtension(markField);
    }
    const show = (mark: IMark | null) => {
      if (!editor.isDisposed) {
        view.dispatch({ effects: setMark.of(mark) });
      }
    };
    show({ ...stretch, isFlashing: true });
    this._flash(() => show({ ...stretch, isFlashing: false }));
    this._onClear(() => show(null));
  }

  /** Mark a quote in rendered text. Says where it is, or none where it is not found or cannot be marked. */
  markRendered(root: HTMLElement, quote: string): Range | null {
    const range = rangeOf(root, quote);
    if (range !== null && 'highlights' in CSS) {
      CSS.highlights.set(HIGHLIGHT, new Highlight(range));
      this._onClear(() => CSS.highlights.delete(HIGHLIGHT));
    }
    return range;
  }

  /** Mark an element, such as a cell, as the one that is cited. */
  markElement(node: HTMLElement): void {
    node.classList.add(CELL_CLASS, FLASH_CLASS);
    this._flash(() => node.classList.remove(FLASH_CLASS));
    this._onClear(() => node.classList.remove(CELL_CLASS, FLASH_CLASS));
  }

  /** Take all marks away. */
  clear(): void {
    this._timers.forEach(clearTimeout);
    this._timers = [];
    const clearing = this._clearing;
    this._clearing = [];
    clearing.forEach(clear => clear());
    document.removeEventListener('pointerdown', this._onClick, true);
  }

  private _flash(end: () => void): void {
    this._timers.push(setTimeout(end, this._seconds() * 1000));
  }

  private _onClear(clear: () => void): void {
    this._clearing.push(clear);
    document.addEventListener('pointerdown', this._onClick, true);
  }

  private readonly _onClick = () => this.clear();
  private _timers: ReturnType<typeof setTimeout>[] = [];
  private _clearing: (() => void)[] = [];
}

function linesMarked(doc: EditorView['state']['doc'], mark: IMark): DecorationSet {
  const line = Decoration.line({ class: mark.isFlashing ? `${LINE_CLASS} ${FLASH_CLASS}` : LINE_CLASS });
  const first = doc.lineAt(Math.min(mark.from, doc.length)).number;
  const last = doc.lineAt(Math.min(mark.to, doc.length)).number;
  return Decoration.set(
    Array.from({ length: last - first + 1 }, (_, index) => line.range(doc.line(first + index).from))
  );
}

function rangeOf(root: HTMLElement, quote: string): Range | null {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode() !== null) {
    nodes.push(walker.currentNode as Text);
  }
  const found = findQuote(nodes.map(node => node.data).join(''), quote, 0);
  if (found === null) {
    return null;
  }
  const range = document.createRange();
  let offset = 0;
  for (const node of nodes) {
    const end = offset + node.length;
    if (found.from >= offset && found.from < end) {
      range.setStart(node, found.from - offset);
    }
    if (found.to > offset && found.to <= end) {
      range.setEnd(node, found.to - offset);
    }
    offset = end;
  }
  return range;
}
