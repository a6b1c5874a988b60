import { undoIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { useTrans } from './surroundings';

interface IUndoBarProps {
  readonly label: string;
  readonly onUndo: () => void;
}

/** Offers to take back the latest removal. */
export function UndoBar({ label, onUndo }: IUndoBarProps): JSX.Element {
  const trans = useTrans();
  return (
    <div className="jp-DevAssist-undo" role="status">
      <span>{label}</span>
      <button type="button" className="jp-DevAssist-button" onClick={onUndo}>
        <undoIcon.react tag="span" elementSize="normal" aria-hidden="true" />
        {trans.__('Undo')}
      </button>
    </div>
  );
}
