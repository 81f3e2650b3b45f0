import { CaretDownOutlined, CaretUpOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Checkbox, Empty, Skeleton } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { Link } from "react-router";

import { usePeople } from "../session/names";
import { useUnits } from "../session/units";
import { useTexts } from "../texts";
import { COLUMNS, type CallShown, type Column, type ColumnName } from "./columns";
import type { Sort } from "./filters";

const ROW = 44;
const MATCHES = 30;
const CHECK = 40;
const GAP = 16;

interface Props {
  calls: readonly CallShown[];
  columns: readonly ColumnName[];
  sort: Sort;
  text: string | undefined;
  /** More lie behind the last one. */
  more: boolean;
  onMore: () => void;
  onSort: (sort: Sort) => void;
  /** Null where nobody may choose. */
  chosen: ReadonlySet<string> | null;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** The list: only the rows in sight are drawn, more are fetched before the end is reached, heights never change. */
export function CallList({ calls, columns, sort, text, more, onMore, onSort, chosen, onChoose }: Props) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const { titleOf } = useUnits();
  const box = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => COLUMNS.filter(({ name }) => columns.includes(name)), [columns]);
  const height = text ? ROW + MATCHES : ROW;
  const rows = useVirtualizer({
    count: calls.length + (more ? 1 : 0),
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 16,
    getItemKey: (row) => calls[row]?.id ?? "more",
  });
  useEffect(() => rows.measure(), [rows, height]);
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= calls.length - 40) onMore();
  }, [more, last, calls.length, onMore]);

  const template = [
    ...(chosen ? [`${CHECK}px`] : []),
    ...shown.map(({ width, grow }) => (grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`)),
  ].join(" ");
  const least = shown.reduce((sum, { width }) => sum + width + GAP, chosen ? CHECK : 0);
  const all = calls.length > 0 && calls.every(({ id }) => chosen?.has(id));
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <div className="calls-box" ref={box} tabIndex={0} role="region" aria-label={texts.shell.pages.calls}>
      <div role="table" aria-rowcount={more ? -1 : calls.length + 1} aria-label={texts.shell.pages.calls} style={{ minWidth: least }}>
        <div role="rowgroup" className="calls-head">
          <div role="row" aria-rowindex={1} className="calls-row" style={{ gridTemplateColumns: template }}>
            {chosen && (
              <span role="columnheader">
                <Checkbox
                  checked={all}
                  indeterminate={!all && chosen.size > 0}
                  aria-label={texts.calls.chooseAll(calls.length)}
                  onChange={(event) => onChoose(event.target.checked ? new Set(calls.map(({ id }) => id)) : new Set())}
                />
              </span>
            )}
            {shown.map((column) => (
              <Heading key={column.name} column={column} sort={sort} onSort={onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="calls-body" style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => {
            const call = calls[row.index];
            const place = { transform: `translateY(${row.start}px)`, height };
            if (!call) {
              return (
                <div key={row.key} role="row" className="calls-line" style={place}>
                  <span role="cell" className="calls-more">
                    <Skeleton.Input active size="small" block />
                  </span>
                </div>
              );
            }
            return (
              <div key={row.key} role="row" aria-rowindex={row.index + 2} className="calls-line" style={place}>
                <div className="calls-row" role="presentation" style={{ gridTemplateColumns: template, height: ROW }}>
                  {chosen && (
                    <span role="cell">
                      <Checkbox
                        checked={chosen.has(call.id)}
                        aria-label={texts.calls.choose(call.id)}
                        onChange={(event) => choose(call.id, event.target.checked)}
                      />
                    </span>
                  )}
                  {shown.map((column) => (
                    <span key={column.name} role="cell" className={column.right ? "calls-right" : undefined}>
                      {column.show(call, { texts, nameOf, titleOf, text })}
                    </span>
                  ))}
                </div>
                {text && <Matches call={call} text={text} indent={chosen ? CHECK + GAP : 0} />}
              </div>
            );
          })}
        </div>
      </div>
      {calls.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.calls.empty} />}
    </div>
  );
}

function Heading({ column, sort, onSort }: { column: Column; sort: Sort; onSort: (sort: Sort) => void }) {
  const texts = useTexts();
  const title = texts.calls.columns[column.name];
  const className = column.right ? "calls-right" : undefined;
  if (!column.sorts) {
    return (
      <span role="columnheader" className={className}>
        {title}
      </span>
    );
  }
  const [first, second] = column.sorts;
  const rising = sort === "oldest" || sort === "lowest";
  const current = sort === first || sort === second;
  return (
    <span role="columnheader" className={className} aria-sort={current ? (rising ? "ascending" : "descending") : "none"}>
      <button type="button" className="calls-sort" onClick={() => onSort(sort === first ? second : first)}>
        {title}
        {current ? rising ? <CaretUpOutlined aria-hidden /> : <CaretDownOutlined aria-hidden /> : null}
      </button>
    </span>
  );
}

/** What was heard where the words were searched for; a click opens the call with the place marked. */
function Matches({ call, text, indent }: { call: CallShown; text: string; indent: number }) {
  const texts = useTexts().calls;
  return (
    <div role="cell" className="calls-matches" style={{ paddingLeft: indent }}>
      {(call.matches ?? []).slice(0, 4).map((match) => (
        <Link
          key={`${match.turn}-${match.start}`}
          to={`/calls/${encodeURIComponent(call.id)}?text=${encodeURIComponent(text)}`}
          title={texts.match(match.turn + 1)}
        >
          {match.before && `…${match.before}`}
          <mark>{match.text}</mark>
          {match.after && `${match.after}…`}
        </Link>
      ))}
      {(call.matches?.length ?? 0) > 4 && <span>{texts.moreMatches((call.matches?.length ?? 0) - 4)}</span>}
    </div>
  );
}
