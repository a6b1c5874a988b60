import { Notification } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { withoutHidden } from '../components/shared/characters';
import type { Highlight, ISurroundings } from '../components/shared/surroundings';
import { insertBelow } from '../notebook/insert';

/** What components need of JupyterLab; called at each drawing, since the open notebook changes. */
export function createSurroundings(
  trans: TranslationBundle,
  languages: IEditorLanguageRegistry,
  notebooks: INotebookTracker | null
): () => ISurroundings {
  const highlight: Highlight = async (code, name) => {
    const language = languages.findByName(name) ?? languages.findByExtension(name);
    if (language === null) {
      return null;
    }
    const drawn = document.createElement('code');
    await languages.highlight(code, language, drawn);
    return Array.from(drawn.childNodes, node => ({
      text: node.textContent ?? '',
      className: node instanceof Element ? node.className : ''
    }));
  };

  const clean = (code: string) => {
    const cleaned = withoutHidden(code);
    if (cleaned !== code) {
      Notification.info(trans.__('Characters that cannot be seen were left out of the code.'), {
        autoClose: 5000
      });
    }
    return cleaned;
  };
  const insertCode = (code: string) => {
    const panel = notebooks?.currentWidget;
    if (panel) {
      void insertBelow(panel, clean(code));
    }
  };
  const copy = (text: string) => void navigator.clipboard.writeText(text);

  const withNotebook: ISurroundings = { trans, highlight, insertCode, copy };
  const withoutNotebook: ISurroundings = { ...withNotebook, insertCode: null };
  return () => (notebooks?.currentWidget ? withNotebook : withoutNotebook);
}
