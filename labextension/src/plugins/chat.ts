import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../commands';
import { Conversation } from '../models/conversation';
import { History } from '../models/history';
import { PanelState } from '../models/panel';
import type { Preferences } from '../models/preferences';
import type { Reader } from '../models/reader';
import { LabWorkspace } from '../notebook/workspace';
import { IAssistClient, IAssistLibrary, IAssistPanel, IAssistPreferences, IAssistReader } from '../tokens';
import { AssistPanel } from '../widgets/AssistPanel';
import { addCommands } from '../widgets/commands';
import { createMenu } from '../widgets/menu';
import { createSurroundings } from '../widgets/surroundings';

/** The panel: asking, the library, the history, and the commands that lead to them. */
export const chatPlugin: JupyterFrontEndPlugin<IAssistPanel> = {
  id: 'jupyter-devassist:chat',
  description: 'The panel of the assistant.',
  autoStart: true,
  provides: IAssistPanel,
  requires: [
    IAssistClient,
    IAssistLibrary,
    IAssistReader,
    IAssistPreferences,
    IDocumentManager,
    IEditorLanguageRegistry
  ],
  optional: [
    INotebookTracker,
    IDefaultFileBrowser,
    IFileBrowserFactory,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    { client }: IAssistClient,
    { library, jobs, removals }: IAssistLibrary,
    reader: Reader,
    preferences: Preferences,
    documents: IDocumentManager,
    languages: IEditorLanguageRegistry,
    notebooks: INotebookTracker | null,
    browser: IDefaultFileBrowser | null,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): IAssistPanel => {
    const trans = (translator ?? nullTranslator).load('jupyter_devassist');
    const { commands, shell } = app;
    const draftKey = `jupyter-devassist:draft:${client.serverUrl}`;
    const conversation = new Conversation(client, localStorage, draftKey, () => preferences.current.passages);
    const history = new History(client, removals);
    const panel = new PanelState();
    const workspace = new LabWorkspace(app.serviceManager.contents, notebooks, browser);
    const models = {
      conversation,
      history,
      jobs,
      library,
      panel,
      preferences,
      reader,
      removals,
      workspace
    };
    const run = (command: string) => () => void commands.execute(command);

    const widget = new AssistPanel({
      models,
      surroundings: createSurroundings(trans, languages, notebooks),
      openMenu: createMenu(commands),
      chooseFolder: run(CommandIDs.addFolder),
      chooseFiles: run(CommandIDs.addFiles),
      openDocument: path => void documents.openOrReveal(path)
    });
    const reveal = () => shell.activateById(widget.id);
    addCommands({ commands, models, documents, notebooks, browsers, palette, translator, trans, reveal });
    conversation.startIn(library, preferences);
    shell.add(widget, 'left', { rank: 850, type: 'Assistant' });
    restorer?.add(widget, widget.id);
    return { conversation, panel, reveal };
  }
};
