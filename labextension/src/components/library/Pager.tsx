import { caretLeftIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { IconButton } from '../shared/IconButton';
import { languageOf } from '../shared/words';
import { useTrans } from '../shared/surroundings';

interface IPagerProps {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly onTurn: (page: number) => void;
}

/** "101–200 of 5,000", with the way to the next and the previous. */
export function Pager({ page, pageSize, total, onTurn }: IPagerProps): JSX.Element | null {
  const trans = useTrans();
  if (total <= pageSize) {
    return null;
  }
  const first = page * pageSize + 1;
  const last = Math.min(total, first + pageSize - 1);
  const number = new Intl.NumberFormat(languageOf(trans));
  return (
    <nav className="jp-DevAssist-pager" aria-label={trans.__('Pages of documents')}>
      <IconButton
        icon={caretLeftIcon}
        label={trans.__('Previous page')}
        isDisabled={page === 0}
        onClick={() => onTurn(page - 1)}
      />
      <span role="status">
        {trans.__('%1–%2 of %3', number.format(first), number.format(last), number.format(total))}
      </span>
      <IconButton
        icon={caretRightIcon}
        label={trans.__('Next page')}
        isDisabled={last >= total}
        onClick={() => onTurn(page + 1)}
      />
    </nav>
  );
}
