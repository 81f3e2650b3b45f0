import { useInfiniteQuery } from "@tanstack/react-query";
import { Alert, Button, Skeleton, Space } from "antd";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import { Failure, PageHead } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { AssignDialog } from "./assign-dialog";
import { CallList } from "./call-list";
import { COLUMNS, USUAL, type ColumnName } from "./columns";
import { FilterBar } from "./filter-bar";
import { filtersOf, searchOf, sortOf, type Filters, type Sort } from "./filters";
import { areWords, useKept } from "./kept";
import { ColumnChoice, ExportButton, Views } from "./list-tools";
import { TotalsBar } from "./totals";
import "./calls.css";

const AddDialog = lazy(() => import("../collections/add-dialog"));

const NONE: ReadonlySet<string> = new Set();
const PAGE = 100;

/** All calls within reach: find, narrow, choose. */
export default function CallsPage() {
  const texts = useTexts();
  const { me, can } = useMe();
  const [search, setSearch] = useSearchParams();
  const written = search.toString();
  const filters = useMemo(() => filtersOf(new URLSearchParams(written)), [written]);
  const sort = useMemo(() => sortOf(new URLSearchParams(written)), [written]);
  const [columns, setColumns] = useKept<string[]>(`columns.${me.id}`, [...USUAL], areWords);
  const shown = useMemo(() => COLUMNS.map(({ name }) => name).filter((name) => columns.includes(name)), [columns]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  const [asking, setAsking] = useState<"plan" | "collection" | null>(null);
  const change = useCallback(
    (to: Filters, order: Sort = sort) => {
      setChosen(NONE);
      setSearch(searchOf(to, order));
    },
    [setSearch, sort],
  );
  const calls = useInfiniteQuery({
    queryKey: ["calls", "list", filters, sort],
    queryFn: ({ pageParam }) =>
      taken(
        api.GET("/api/v1/calls", {
          params: { query: { ...filters, sort, limit: PAGE, ...(pageParam ? { after: pageParam } : {}) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
  });
  const found = useMemo(() => calls.data?.pages.flatMap((page) => [...page.items]) ?? [], [calls.data]);
  const { fetchNextPage, isFetching, hasNextPage } = calls;
  const more = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);
  return (
    <>
      <PageHead
        title={texts.shell.pages.calls}
        about={texts.calls.about}
        actions={
          <Space wrap>
            <Views
              search={written}
              onOpen={(to) => {
                setChosen(NONE);
                setSearch(new URLSearchParams(to));
              }}
            />
            <ColumnChoice columns={shown} onChange={(names: ColumnName[]) => setColumns(names)} />
            {can("reports") && <ExportButton filters={filters} sort={sort} />}
          </Space>
        }
      />
      <FilterBar filters={filters} onChange={change} />
      <TotalsBar filters={filters} />
      {chosen.size > 0 && (
        <Alert
          className="calls-chosen"
          type="info"
          title={texts.calls.chosen(chosen.size)}
          action={
            <Space>
              {can("plan") && (
                <Button type="primary" size="small" onClick={() => setAsking("plan")}>
                  {texts.calls.assign}
                </Button>
              )}
              {can("collect") && (
                <Button size="small" onClick={() => setAsking("collection")}>
                  {texts.collections.addCall}
                </Button>
              )}
              <Button size="small" onClick={() => setChosen(NONE)}>
                {texts.common.reset}
              </Button>
            </Space>
          }
        />
      )}
      {calls.error && !calls.data ? (
        <Failure error={calls.error} retry={() => void calls.refetch()} />
      ) : calls.data ? (
        <CallList
          // a list with other filters begins at its top
          key={written}
          calls={found}
          columns={shown}
          sort={sort}
          text={filters.text}
          more={hasNextPage}
          onMore={more}
          onSort={(order) => change(filters, order)}
          chosen={can("plan") || can("collect") ? chosen : null}
          onChoose={setChosen}
        />
      ) : (
        <div className="calls-box calls-waiting">
          <Skeleton active title={false} paragraph={{ rows: 14 }} />
        </div>
      )}
      {asking === "plan" && (
        <AssignDialog
          calls={[...chosen]}
          onClose={(left) => {
            setAsking(null);
            setChosen(left);
          }}
        />
      )}
      {asking === "collection" && (
        <Suspense>
          <AddDialog
            calls={[...chosen]}
            onClose={(done) => {
              setAsking(null);
              if (done) setChosen(NONE);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
