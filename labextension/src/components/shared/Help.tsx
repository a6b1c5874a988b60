import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

/** How the panel is used, on one page. */
export function Help({ trans }: { trans: TranslationBundle }): JSX.Element {
  const keys: [string, string][] = [
    ['Ctrl Shift ;', trans.__('Go to the question from anywhere')],
    ['Enter', trans.__('Ask; Shift Enter begins a new line')],
    ['Esc', trans.__('Stop the answer')],
    ['↑', trans.__('In an empty question: recall earlier ones')],
    ['↑ ↓', trans.__('Walk through the sources')],
    ['Enter', trans.__('On a source: open it at the exact place')],
    ['Space', trans.__('On a source: preview it')]
  ];
  return (
    <div className="jp-DevAssist-help">
      <p>
        {trans.__(
          'Answers come only from the documents in your library, and every one shows where it comes from. What the library does not cover is said to be not covered.'
        )}
      </p>
      <table>
        <tbody>
          {keys.map(([key, meaning]) => (
            <tr key={meaning}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{trans.__('Shortcuts can be changed in Settings, Keyboard Shortcuts.')}</p>
    </div>
  );
}
