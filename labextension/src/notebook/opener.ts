import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { DocumentWidget, type IDocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import { EditorView } from '@codemirror/view';

import type { IPlace } from '../api/types';
import type { IDocumentOpener } from '../models/reader';
import { revealCell } from './cells';
import type { Marks } from './marks';
import { turnToPage } from './pages';
import { findQuote, linesOf } from './quotes';

const EDITOR = 'Editor';

/** Opens documents in JupyterLab's main area at the place asked for. */
export class DocumentOpener implements IDocumentOpener {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _documents: IDocumentManager,
    private readonly _marks: Marks
  ) {}

  async open(place: IPlace): Promise<'marked' | 'opened' | 'no_viewer'> {
    if (place.kind === 'docx' && this._defaultFactory(place.path) === EDITOR) {
      return 'no_viewer';
    }
    const isText = place.kind !== 'pdf' && place.kind !== 'docx' && !place.path.endsWith('.ipynb');
    const widget = this._documents.openOrReveal(place.path, isText ? EDITOR : undefined);
    if (widget === undefined) {
      return 'no_viewer';
    }
    await widget.context.ready;
    await widget.revealed;
    this._shell.activateById(widget.id);
    return (await this._showPlace(widget, place)) ? 'marked' : 'opened';
  }

  remember(): { label: string; restore: () => Promise<void> } | null {
    const widget = this._shell.currentWidget;
    if (!(widget instanceof DocumentWidget)) {
      return null;
    }
    const { path } = widget.context;
    const position = positionOf(widget);
    return {
      label: widget.title.label,
      restore: async () => {
        this._marks.clear();
        const again = widget.isDisposed ? this._documents.openOrReveal(path) : widget;
        if (again !== undefined) {
          this._shell.activateById(again.id);
          await again.revealed;
          position();
        }
      }
    };
  }

  private async _showPlace(widget: IDocumentWidget, place: IPlace): Promise<boolean> {
    if (widget instanceof NotebookPanel) {
      return revealCell(widget, place, this._marks);
    }
    if (widget.content instanceof FileEditor && widget.content.editor instanceof CodeMirrorEditor) {
      return this._showLines(widget.content.editor, place);
    }
    const { page } = place.span;
    if (typeof page === 'number' && !turnToPage(widget.node, page)) {
      widget.setFragment(`#page=${page}`);
    }
    return false;
  }

  private _showLines(editor: CodeMirrorEditor, { span, quote }: IPlace): boolean {
    const source = editor.model.sharedModel.getSource();
    const lines = linesOf(source, span.start_line, span.end_line);
    const found = findQuote(source, quote, lines.from);
    const shown = found ?? lines;
    this._marks.clear();
    if (found !== null) {
      this._marks.markLines(editor, found);
    }
    editor.editor.dispatch({
      selection: { anchor: shown.from },
      effects: EditorView.scrollIntoView(shown.from, { y: 'center' })
    });
    return found !== null;
  }

  private _defaultFactory(path: string): string {
    return this._documents.registry.defaultWidgetFactory(path).name;
  }
}

/** Remember where a document stands; calling the result brings it back there. */
function positionOf(widget: DocumentWidget): () => void {
  if (widget instanceof NotebookPanel) {
    const notebook = widget.content;
    const { activeCellIndex } = notebook;
    const { scrollTop } = notebook.outerNode;
    return () => {
      if (!notebook.isDisposed) {
        notebook.activeCellIndex = activeCellIndex;
        notebook.outerNode.scrollTop = scrollTop;
      }
    };
  }
  if (widget.content instanceof FileEditor && widget.content.editor instanceof CodeMirrorEditor) {
    const { editor } = widget.content;
    const cursor = editor.getCursorPosition();
    const { scrollTop } = editor.editor.scrollDOM;
    return () => {
      if (!editor.isDisposed) {
        editor.setCursorPosition(cursor);
        editor.editor.scrollDOM.scrollTop = scrollTop;
      }
    };
  }
  return () => undefined;
}
