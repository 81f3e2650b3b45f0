import { useQuery } from "@tanstack/react-query";
import { DownloadOutlined } from "@ant-design/icons";
import { Alert, App, Button, Empty, Popconfirm, Space, Tag } from "antd";
import { useState } from "react";

import { api, taken, takenWithVersion } from "../api/client";
import { useWrite } from "../api/mutate";
import { dateTime } from "../layout/format";
import { saveAs } from "../layout/files";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";
import { CollectionEntry } from "./collection-entry";
import { CoverDialog } from "./cover-dialog";

/** A collection: what it is for, what lies in it, and what its keeper can do. */
export function CollectionView({ id, onGone }: { id: string; onGone: () => void }) {
  const texts = useTexts();
  const said = texts.collections;
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const params = { path: { collection: id } };
  const changes = [["collections"]];
  const shown = useQuery({
    queryKey: ["collections", "one", id],
    queryFn: () => takenWithVersion(api.GET("/api/v1/collections/{collection}", { params })),
  });
  const file = useWrite(
    () => taken(api.GET("/api/v1/collections/{collection}/export", { params, parseAs: "blob" })) as Promise<Blob>,
    { done: (book) => saveAs(book, `${said.fileName}-${new Date().toLocaleDateString("en-CA")}.xlsx`) },
  );
  const archive = useWrite(
    (asked: { archived: boolean; etag: string }) =>
      taken(
        api.PATCH("/api/v1/collections/{collection}", {
          params: { ...params, header: { "If-Match": asked.etag } },
          body: { archived: asked.archived },
        }),
      ),
    {
      changes,
      done: ({ collection }) => {
        void message.success(collection.archived ? said.nowArchived : said.nowBack);
        onGone();
      },
    },
  );
  const drop = useWrite(() => taken(api.DELETE("/api/v1/collections/{collection}", { params })), {
    // what was deleted is not asked for again
    changes: [["collections", "list"]],
    done: () => {
      void message.success(said.deleted);
      onGone();
    },
  });
  return (
    <Loaded query={shown} rows={8}>
      {({ data, etag }) => {
        const { collection, content, hidden, names, may_change } = data;
        return (
          <div className="collection">
            <h2>
              {collection.title} {collection.archived && <Tag>{said.archived}</Tag>}
              {collection.shared && !collection.archived && <Tag color="processing">{said.shared}</Tag>}
            </h2>
            <p className="quiet">
              {said.facts(data.items, data.hidden, data.unit_title)} · {data.by} · {dateTime(collection.created_at)}
            </p>
            {collection.description && <p className="collection-about">{collection.description}</p>}
            <Space wrap>
              <Button icon={<DownloadOutlined aria-hidden />} loading={file.isPending} onClick={() => file.mutate(undefined)}>
                {texts.common.export}
              </Button>
              {may_change && (
                <>
                  <Button onClick={() => setEditing(true)}>{said.edit}</Button>
                  <Button
                    loading={archive.isPending}
                    onClick={() => archive.mutate({ archived: !collection.archived, etag })}
                  >
                    {collection.archived ? said.takeBack : said.toArchive}
                  </Button>
                  <Popconfirm title={said.deleteAbout} okText={said.delete} onConfirm={() => drop.mutate(undefined)}>
                    <Button danger loading={drop.isPending}>
                      {said.delete}
                    </Button>
                  </Popconfirm>
                </>
              )}
            </Space>
            {hidden > 0 && <Alert type="info" showIcon className="collection-hidden" title={said.hidden(hidden)} />}
            {content.length === 0 ? (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.empty} />
            ) : (
              <ol className="entries">
                {content.map((entry) => (
                  <CollectionEntry key={entry.item.id} collection={id} entry={entry} names={names} />
                ))}
              </ol>
            )}
            {editing && (
              <CoverDialog cover={{ collection, etag }} onClose={() => setEditing(false)} onMade={() => setEditing(false)} />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
