import {
  fileIcon,
  markdownIcon,
  notebookIcon,
  pdfIcon,
  textEditorIcon,
  codeIcon,
  type LabIcon
} from '@jupyterlab/ui-components';

import type { DocumentKind } from '../../api/types';

const ICONS: Readonly<Record<DocumentKind, LabIcon>> = {
  notebook: notebookIcon,
  markdown: markdownIcon,
  rst: textEditorIcon,
  text: textEditorIcon,
  code: codeIcon,
  pdf: pdfIcon,
  docx: fileIcon
};

export function kindIcon(kind: DocumentKind): LabIcon {
  return ICONS[kind];
}
