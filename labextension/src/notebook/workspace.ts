import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker, Notebook } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IWorkspace } from '../models/workspace';

/** What JupyterLab has open. */
export class LabWorkspace implements IWorkspace {
  constructor(
    private readonly _contents: Contents.IManager,
    private readonly _notebooks: INotebookTracker | null,
    private readonly _browser: IDefaultFileBrowser | null
  ) {
    const emit = () => this._changed.emit();
    _browser?.model.pathChanged.connect(emit);
    _notebooks?.currentChanged.connect((_, panel) => {
      emit();
      void panel?.context.ready.then(emit);
    });
  }

  get folder(): string {
    return this._browser === null ? '' : this._contents.localPath(this._browser.model.path);
  }

  get notebook(): string | null {
    const panel = this._notebooks?.currentWidget;
    return panel ? this._contents.localPath(panel.context.path) : null;
  }

  get headings(): readonly string[] {
    const panel = this._notebooks?.currentWidget;
    return panel?.context.isReady === true ? headingsOf(panel.content) : [];
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  private readonly _changed = new Signal<this, void>(this);
}

function headingsOf(notebook: Notebook): string[] {
  const headings: string[] = [];
  for (const cell of notebook.model?.cells ?? []) {
    if (cell.type === 'markdown') {
      for (const match of cell.sharedModel.getSource().matchAll(/^#{1,4}\s+(.+?)\s*#*$/gm)) {
        headings.push(match[1] ?? '');
      }
    }
  }
  return headings;
}
