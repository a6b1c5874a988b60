import React from 'react';

import type { IOffer } from '../../models/library';
import { Plain } from '../shared/Plain';
import { useTrans } from '../shared/surroundings';
import { sizeInWords } from '../shared/words';

interface IOfferCardProps {
  readonly offer: IOffer;
  readonly onAccept: () => void;
  readonly onDecline: () => void;
}

/** How much adding paths would bring in, before it starts. */
export function OfferCard({ offer, onAccept, onDecline }: IOfferCardProps): JSX.Element {
  const trans = useTrans();
  const { paths, preview } = offer;
  const names = paths.map(path => (path === '' ? trans.__('the top folder') : path)).join(', ');
  return (
    <section className="jp-DevAssist-offer" aria-label={trans.__('Add to the library')}>
      <h3>
        <Plain text={trans.__('Add %1', names)} />
      </h3>
      <p role="status">{preview === null ? trans.__('Looking at its files…') : summary(offer, trans)}</p>
      {preview !== null && preview.skipped.length > 0 && (
        <details>
          <summary>
            {trans._n('%1 file is left alone', '%1 files are left alone', preview.skipped_count)}
          </summary>
          <ul className="jp-DevAssist-skips">
            {preview.skipped.map(skip => (
              <li key={skip.path}>
                <Plain text={skip.path} />
                <span className="jp-DevAssist-aside">
                  <Plain text={skip.reason} />
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="jp-DevAssist-buttons">
        <button
          type="button"
          className="jp-DevAssist-button jp-mod-accept"
          disabled={preview === null || preview.file_count === 0}
          onClick={onAccept}
        >
          {preview === null || preview.file_count === 0
            ? trans.__('Index')
            : trans._n('Index %1 file', 'Index %1 files', preview.file_count)}
        </button>
        <button type="button" className="jp-DevAssist-button" onClick={onDecline}>
          {trans.__('Not now')}
        </button>
      </div>
    </section>
  );
}

function summary({ preview }: IOffer, trans: ReturnType<typeof useTrans>): string {
  if (preview === null || preview.file_count === 0) {
    return trans.__('No file here can be read: notebooks, Markdown, text, code, PDF and Word documents can.');
  }
  const files = trans._n('%1 file', '%1 files', preview.file_count);
  return trans.__('%1, %2. Nothing leaves this computer.', files, sizeInWords(preview.size_bytes, trans));
}
