import React from 'react';

import { useTrans } from '../shared/surroundings';

interface IEmptyAskProps {
  readonly suggestions: readonly string[];
  readonly isLibraryEmpty: boolean;
  readonly onAsk: (question: string) => void;
  readonly onIndexFolder: () => void;
}

/** What to do first. */
export function EmptyAsk(props: IEmptyAskProps): JSX.Element {
  const trans = useTrans();
  if (props.isLibraryEmpty) {
    return (
      <div className="jp-DevAssist-empty">
        <p>
          {trans.__(
            'Answers come from your own notebooks, notes, PDFs and code, and show the exact place they come from. Nothing is indexed yet.'
          )}
        </p>
        <button type="button" className="jp-DevAssist-button jp-mod-accept" onClick={props.onIndexFolder}>
          {trans.__('Index this folder')}
        </button>
      </div>
    );
  }
  return (
    <div className="jp-DevAssist-empty">
      <p>
        {trans.__('Ask a question. Every sentence of the answer shows the cell, page or line it comes from.')}
      </p>
      {props.suggestions.length > 0 && (
        <>
          <p className="jp-DevAssist-aside">{trans.__('From the open notebook:')}</p>
          <ul className="jp-DevAssist-suggestions">
            {props.suggestions.map(question => (
              <li key={question}>
                <button
                  type="button"
                  className="jp-DevAssist-suggestion"
                  onClick={() => props.onAsk(question)}
                >
                  {question}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
