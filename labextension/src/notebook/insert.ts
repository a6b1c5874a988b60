import type { NotebookPanel } from '@jupyterlab/notebook';

/** Put code into a new cell below the active one, as one step that can be undone. Nothing is run. */
export async function insertBelow(panel: NotebookPanel, code: string): Promise<void> {
  const notebook = panel.content;
  const index = notebook.activeCellIndex + 1;
  notebook.model?.sharedModel.insertCell(index, { cell_type: 'code', source: code, metadata: {} });
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.mode = 'command';
  await notebook.scrollToItem(index, 'smart').catch(() => undefined);
}

/** What the user has selected in the notebook's active cell, or the whole cell without a selection. */
export function selectionOf(panel: NotebookPanel): string {
  const cell = panel.content.activeCell;
  const editor = cell?.editor;
  if (!cell) {
    return '';
  }
  const source = cell.model.sharedModel.getSource();
  if (!editor) {
    return source;
  }
  const { start, end } = editor.getSelection();
  const selected = source.slice(editor.getOffsetAt(start), editor.getOffsetAt(end));
  return selected === '' ? source : selected;
}
