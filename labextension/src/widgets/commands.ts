import { Dialog, showDialog, type ICommandPalette } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog, type IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React from 'react';

import { CommandIDs } from '../commands';
import { Help } from '../components/shared/Help';
import { assistIcon } from '../icons';
import { selectionOf } from '../notebook/insert';
import type { IPanelModels } from './models';

interface ICommandOptions {
  readonly commands: CommandRegistry;
  readonly models: IPanelModels;
  readonly documents: IDocumentManager;
  readonly notebooks: INotebookTracker | null;
  readonly browsers: IFileBrowserFactory | null;
  readonly palette: ICommandPalette | null;
  readonly translator: ITranslator | null;
  readonly trans: TranslationBundle;
  /** Bring the panel in front. */
  readonly reveal: () => void;
}

/** Commands for the palette, the menus and the shortcuts. */
export function addCommands(options: ICommandOptions): void {
  addAskCommands(options);
  addLibraryCommands(options);
  addPanelCommands(options);
  for (const command of Object.values(CommandIDs)) {
    if (command !== CommandIDs.addToLibrary) {
      options.palette?.addItem({ command, category: options.trans.__('Assistant') });
    }
  }
}

function addAskCommands({ commands, models, notebooks, trans, reveal }: ICommandOptions): void {
  const { conversation, panel, reader } = models;
  const focus = () => {
    reveal();
    panel.focusQuestion();
  };
  commands.addCommand(CommandIDs.focusQuestion, {
    label: trans.__('Ask Your Notebooks'),
    icon: assistIcon,
    execute: focus
  });
  commands.addCommand(CommandIDs.askAboutSelection, {
    label: trans.__('Ask About Selection'),
    caption: trans.__('Begin a question with the selected text, or the active cell'),
    icon: assistIcon,
    isEnabled: () => Boolean(notebooks?.currentWidget),
    execute: () => {
      const notebook = notebooks?.currentWidget;
      if (notebook) {
        conversation.setDraft(`${selectionOf(notebook).trim()}\n\n`);
      }
      focus();
    }
  });
  commands.addCommand(CommandIDs.stop, {
    label: trans.__('Stop Answering'),
    isEnabled: () => conversation.isBusy,
    execute: () => conversation.stop()
  });
  commands.addCommand(CommandIDs.newConversation, {
    label: trans.__('New Conversation'),
    caption: trans.__('Earlier answers stay in the history'),
    execute: () => {
      conversation.clear();
      focus();
    }
  });
  commands.addCommand(CommandIDs.back, {
    label: trans.__('Back to Where You Were Before the Citation'),
    isEnabled: () => reader.origin !== null,
    execute: () => reader.back()
  });
  conversation.changed.connect(() => commands.notifyCommandChanged(CommandIDs.stop));
  reader.changed.connect(() => commands.notifyCommandChanged(CommandIDs.back));
}

function addLibraryCommands(options: ICommandOptions): void {
  const { commands, models, documents, browsers, trans, reveal } = options;
  const translator = options.translator ?? undefined;
  const { library, panel, workspace } = models;
  const propose = (paths: readonly string[]) => {
    reveal();
    panel.show('library');
    return library.propose(paths);
  };
  const localPath = (path: string) => documents.services.contents.localPath(path);

  commands.addCommand(CommandIDs.indexFolder, {
    label: trans.__('Index This Folder'),
    caption: trans.__('Add the folder of the file browser to the library'),
    execute: () => propose([workspace.folder])
  });
  commands.addCommand(CommandIDs.addFolder, {
    label: trans.__('Add a Folder to the Library…'),
    execute: async () => {
      const chosen = await FileDialog.getExistingDirectory({
        manager: documents,
        title: trans.__('Add a folder to the library'),
        defaultPath: workspace.folder,
        translator
      });
      const paths = (chosen.value ?? []).map(folder => localPath(folder.path));
      return chosen.button.accept && paths.length > 0 ? propose(paths) : undefined;
    }
  });
  commands.addCommand(CommandIDs.addFiles, {
    label: trans.__('Add Files to the Library…'),
    execute: async () => {
      const chosen = await FileDialog.getOpenFiles({
        manager: documents,
        title: trans.__('Add files to the library'),
        defaultPath: workspace.folder,
        translator
      });
      const paths = (chosen.value ?? []).map(file => localPath(file.path));
      return chosen.button.accept && paths.length > 0 ? propose(paths) : undefined;
    }
  });
  commands.addCommand(CommandIDs.addToLibrary, {
    label: trans.__('Add to the Assistant’s Library'),
    icon: assistIcon,
    execute: () => {
      const items = [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])];
      return items.length > 0 ? propose(items.map(item => localPath(item.path))) : undefined;
    }
  });
}

function addPanelCommands({ commands, models, trans, reveal }: ICommandOptions): void {
  const { panel } = models;
  commands.addCommand(CommandIDs.openLibrary, {
    label: trans.__('Show the Library'),
    execute: () => {
      reveal();
      panel.show('library');
    }
  });
  commands.addCommand(CommandIDs.openHistory, {
    label: trans.__('Earlier Answers'),
    execute: () => {
      reveal();
      panel.show('history');
    }
  });
  commands.addCommand(CommandIDs.openSettings, {
    label: trans.__('Assistant Settings'),
    execute: () => commands.execute('settingeditor:open', { query: trans.__('Notebook Assistant') })
  });
  commands.addCommand(CommandIDs.help, {
    label: trans.__('Assistant Help'),
    execute: () =>
      showDialog({
        title: trans.__('Asking your notebooks'),
        body: React.createElement(Help, { trans }),
        buttons: [Dialog.okButton({ label: trans.__('Close') })]
      })
  });
}
