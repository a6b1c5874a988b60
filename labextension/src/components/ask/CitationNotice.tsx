import React from 'react';

import type { INotice } from '../../models/reader';
import { Notice } from '../shared/Notice';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';

interface ICitationNoticeProps {
  readonly notice: INotice;
  readonly onDismiss: () => void;
}

/** Why a citation could not be shown as it was, with the quote it was made from. */
export function CitationNotice({ notice, onDismiss }: ICitationNoticeProps): JSX.Element {
  const trans = useTrans();
  const sentence = {
    stale: trans.__('%1 has changed since this answer. It was made from:', notice.path),
    missing: trans.__('%1 is no longer there. The answer was made from:', notice.path),
    no_viewer: trans.__('JupyterLab has no viewer for %1. The passage reads:', notice.path),
    not_found_in_file: trans.__('%1 is open, but these words were not found in it:', notice.path),
    failed: notice.message ?? trans.__('%1 could not be opened.', notice.path)
  }[notice.kind];
  return (
    <Notice tone={notice.kind === 'failed' ? 'error' : 'warning'} onDismiss={onDismiss}>
      <p>
        <Plain text={sentence} />
      </p>
      <blockquote dir="auto">
        <Plain text={notice.quote} />
      </blockquote>
    </Notice>
  );
}
