import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

interface IIconButtonProps {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  readonly isDisabled?: boolean;
  readonly className?: string;
}

/** A button that shows an icon and is called by its label. */
export function IconButton(props: IIconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-DevAssist-iconButton ${props.className ?? ''}`}
      aria-label={props.label}
      title={props.label}
      disabled={props.isDisabled}
      onClick={props.onClick}
    >
      <props.icon.react tag="span" elementSize="normal" aria-hidden="true" />
    </button>
  );
}
