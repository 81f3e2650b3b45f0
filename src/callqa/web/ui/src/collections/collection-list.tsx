import { useQuery } from "@tanstack/react-query";
import { Empty, Tag } from "antd";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";
import { CollectionView } from "./collection-view";

/** Collections within reach, newest first; the chosen one beside them. */
export function CollectionList({ tab }: { tab: "now" | "archive" }) {
  const texts = useTexts();
  const said = texts.collections;
  const [search, setSearch] = useSearchParams();
  const chosen = search.get("collection");
  const archived = tab === "archive";
  const open = (id?: string) => setSearch({ tab, ...(id ? { collection: id } : {}) }, { replace: true });
  const list = useQuery({
    queryKey: ["collections", "list", archived],
    queryFn: () => taken(api.GET("/api/v1/collections", { params: { query: { archived } } })),
  });
  return (
    <Loaded
      query={list}
      // one that was named in a link is shown even where the list beside it is empty
      isEmpty={(page) => page.items.length === 0 && !chosen}
      empty={archived ? said.noneArchived : said.none}
    >
      {(page) => (
        <div className="beside">
          <ul className="choices" aria-label={archived ? said.archive : said.now}>
            {page.items.map(({ collection, items, hidden, by, unit_title }) => (
              <li key={collection.id}>
                <button
                  type="button"
                  className={`choice${collection.id === chosen ? " choice-chosen" : ""}`}
                  aria-pressed={collection.id === chosen}
                  onClick={() => open(collection.id)}
                >
                  <span className="choice-head">
                    <strong>{collection.title}</strong>
                    {collection.shared && !archived && <Tag color="processing">{said.shared}</Tag>}
                  </span>
                  <span className="choice-facts">{said.facts(items, hidden, unit_title)}</span>
                  <span className="choice-facts">
                    {by} · {dateTime(collection.created_at)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <section className="panel beside-detail">
            {chosen ? (
              <CollectionView key={chosen} id={chosen} onGone={() => open()} />
            ) : (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.choose} />
            )}
          </section>
        </div>
      )}
    </Loaded>
  );
}
