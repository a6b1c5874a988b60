import { ReactWidget } from '@jupyterlab/apputils';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { IconButton } from '../components/shared/IconButton';
import { Surroundings, useTrans, type ISurroundings } from '../components/shared/surroundings';
import { Tabs } from '../components/shared/Tabs';
import { UndoBar } from '../components/shared/UndoBar';
import { assistIcon } from '../icons';
import type { PanelView } from '../models/panel';
import { AskView } from './AskView';
import { HistoryView } from './HistoryView';
import { LibraryView, type ILibraryActions } from './LibraryView';
import type { IPanelModels } from './models';
import { useChanges } from './useChanges';

export interface IPanelOptions extends ILibraryActions {
  readonly models: IPanelModels;
  /** Read at each drawing, since what can be inserted where changes. */
  readonly surroundings: () => ISurroundings;
  /** Open the menu at a place in the window. */
  readonly openMenu: (x: number, y: number) => void;
}

const PREFIX = 'jp-DevAssist';

/** The assistant's panel. */
export class AssistPanel extends ReactWidget {
  constructor(private readonly _options: IPanelOptions) {
    super();
    const { trans } = _options.surroundings();
    this.id = 'jp-devassist-panel';
    this.addClass('jp-DevAssist');
    this.title.icon = assistIcon;
    this.title.caption = trans.__('Ask your notebooks');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Assistant'));
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    const { panel } = this._options.models;
    panel.show(panel.view);
  }

  protected render(): JSX.Element {
    return <Panel {...this._options} />;
  }
}

function Panel(props: IPanelOptions): JSX.Element {
  const { models, surroundings } = props;
  useChanges(models.workspace);
  return (
    <Surroundings.Provider value={surroundings()}>
      <PanelContent {...props} />
    </Surroundings.Provider>
  );
}

function PanelContent(props: IPanelOptions): JSX.Element {
  const { models, openMenu } = props;
  const { panel, removals } = models;
  const trans = useTrans();
  useChanges(panel, removals);

  const tabs: { id: PanelView; label: string }[] = [
    { id: 'ask', label: trans.__('Ask') },
    { id: 'library', label: trans.__('Library') }
  ];
  if (panel.view === 'history') {
    tabs.push({ id: 'history', label: trans.__('History') });
  }

  return (
    <>
      <div className="jp-DevAssist-header">
        <Tabs
          label={trans.__('Assistant')}
          prefix={PREFIX}
          tabs={tabs}
          selected={panel.view}
          onSelect={view => panel.show(view)}
        />
        <IconButton
          icon={ellipsesIcon}
          label={trans.__('More')}
          onClick={event => {
            const { right, bottom } = event.currentTarget.getBoundingClientRect();
            openMenu(right, bottom);
          }}
        />
      </div>
      <div
        className="jp-DevAssist-view"
        role="tabpanel"
        id={`${PREFIX}-view-${panel.view}`}
        aria-labelledby={`${PREFIX}-tab-${panel.view}`}
      >
        {panel.view === 'ask' && <AskView models={models} />}
        {panel.view === 'library' && <LibraryView {...props} />}
        {panel.view === 'history' && <HistoryView models={models} />}
      </div>
      {removals.current !== null && <UndoBar label={removals.current.label} onUndo={() => removals.undo()} />}
    </>
  );
}
