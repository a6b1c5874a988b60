import React, { useRef } from 'react';

interface ITab<T extends string> {
  readonly id: T;
  readonly label: string;
}

interface ITabsProps<T extends string> {
  readonly label: string;
  readonly prefix: string;
  readonly tabs: readonly ITab<T>[];
  readonly selected: T;
  readonly onSelect: (id: T) => void;
}

/** Tabs after the pattern of the ARIA practices: one stop for Tab, arrows move and select. */
export function Tabs<T extends string>(props: ITabsProps<T>): JSX.Element {
  const { tabs, selected, prefix, onSelect } = props;
  const list = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const current = tabs.findIndex(tab => tab.id === selected);
    const last = tabs.length - 1;
    const next = {
      ArrowRight: current === last ? 0 : current + 1,
      ArrowLeft: current === 0 ? last : current - 1,
      Home: 0,
      End: last
    }[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (tab !== undefined) {
      event.preventDefault();
      onSelect(tab.id);
      list.current?.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus();
    }
  };

  return (
    <div role="tablist" aria-label={props.label} className="jp-DevAssist-tabs" ref={list}>
      {tabs.map(tab => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={`${prefix}-tab-${tab.id}`}
          data-tab={tab.id}
          aria-selected={tab.id === selected}
          aria-controls={tab.id === selected ? `${prefix}-view-${tab.id}` : undefined}
          tabIndex={tab.id === selected ? 0 : -1}
          className="jp-DevAssist-tab"
          onClick={() => onSelect(tab.id)}
          onKeyDown={onKeyDown}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
