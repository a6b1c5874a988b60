import { closeIcon } from '@jupyterlab/ui-components';
import React, { type ReactNode } from 'react';

import { IconButton } from './IconButton';
import { useTrans } from './surroundings';

interface INoticeProps {
  readonly tone: 'info' | 'warning' | 'error';
  readonly children: ReactNode;
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly onDismiss?: () => void;
}

/** A sentence that names a thing and the way out, with a button when the way out is a click. */
export function Notice({ tone, children, action, onDismiss }: INoticeProps): JSX.Element {
  const trans = useTrans();
  return (
    <div className={`jp-DevAssist-notice jp-mod-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      <div className="jp-DevAssist-noticeText">{children}</div>
      {action !== undefined && (
        <button type="button" className="jp-DevAssist-button" onClick={action.run}>
          {action.label}
        </button>
      )}
      {onDismiss !== undefined && (
        <IconButton icon={closeIcon} label={trans.__('Dismiss')} onClick={onDismiss} />
      )}
    </div>
  );
}
