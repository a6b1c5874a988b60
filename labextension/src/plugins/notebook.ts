import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';

import { Reader } from '../models/reader';
import { Marks } from '../notebook/marks';
import { DocumentOpener } from '../notebook/opener';
import type { Preferences } from '../models/preferences';
import { IAssistClient, IAssistPreferences, IAssistReader } from '../tokens';

/** Opening citations. */
export const notebookPlugin: JupyterFrontEndPlugin<Reader> = {
  id: 'jupyter-devassist:notebook',
  description: 'Opens citations at the exact cell, page or line.',
  autoStart: true,
  provides: IAssistReader,
  requires: [IAssistClient, IAssistPreferences, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    { client }: IAssistClient,
    preferences: Preferences,
    documents: IDocumentManager
  ): Reader => {
    const marks = new Marks(() => preferences.current.markSeconds);
    return new Reader(client, new DocumentOpener(app.shell, documents, marks));
  }
};
