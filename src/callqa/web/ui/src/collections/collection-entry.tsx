import { Button, Popconfirm, Space, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { dateTime, points } from "../layout/format";
import { Clip } from "../player/clip";
import { WordsDialog } from "../review/words-dialog";
import { useTexts } from "../texts";

/** Milliseconds of a call that are played here; longer ones are heard on their own page. */
const LONGEST = 25 * 60_000;

type Entry = Read<"ItemShown">;

/** A call or a clip: whose it is, why it is here, what is said, and the sound. */
export function CollectionEntry({
  collection,
  entry,
  names,
}: {
  collection: string;
  entry: Entry;
  names: Readonly<Record<string, string>>;
}) {
  const texts = useTexts();
  const said = texts.collections;
  const [noting, setNoting] = useState(false);
  const { item, call, turns } = entry;
  const nameOf = (id: string | null) => (id ? (names[id] ?? id) : "—");
  const path = { collection, item: item.id };
  const changes = [["collections"]];
  const note = useWrite(
    (words: string) =>
      taken(api.PATCH("/api/v1/collections/{collection}/items/{item}", { params: { path }, body: { note: words } })),
    { changes, done: () => setNoting(false) },
  );
  const drop = useWrite(
    () => taken(api.DELETE("/api/v1/collections/{collection}/items/{item}", { params: { path } })),
    { changes },
  );
  const from = item.span ? `?at=${item.span.start}` : "";
  return (
    <li className="entry">
      <div className="entry-head">
        <Link to={`/calls/${encodeURIComponent(call.id)}${from}`}>{call.id}</Link>
        <span>{nameOf(call.agent)}</span>
        <span className="quiet">{[dateTime(call.started_at), call.product].filter(Boolean).join(" · ")}</span>
        {call.total !== null && <span>{said.score(points(call.total))}</span>}
        {call.grade_title && <Tag>{call.grade_title}</Tag>}
        {entry.may_change && (
          <Space size={4} className="entry-actions">
            <Button type="text" size="small" onClick={() => setNoting(true)}>
              {item.note ? said.editNote : said.addNote}
            </Button>
            <Popconfirm title={said.removeAbout} okText={said.remove} onConfirm={() => drop.mutate(undefined)}>
              <Button type="text" size="small" loading={drop.isPending} aria-label={said.removeOf(call.id)}>
                {said.remove}
              </Button>
            </Popconfirm>
          </Space>
        )}
      </div>
      {item.note && <p className="entry-note">{item.note}</p>}
      {turns.length > 0 && (
        <ul className="entry-words">
          {turns.map((turn) => (
            <li key={turn.index}>
              <span className="turn-party">{texts.party[turn.party]}</span> {turn.text}
            </li>
          ))}
        </ul>
      )}
      <div className="entry-foot">
        {item.span ? (
          <Clip call={call.id} span={item.span} />
        ) : call.duration < LONGEST ? (
          <Clip call={call.id} span={{ start: 0, end: call.duration }} label={said.playCall} />
        ) : (
          <span className="quiet">{said.tooLong}</span>
        )}
        <span className="quiet">{said.addedBy(nameOf(item.added_by), dateTime(item.added_at))}</span>
      </div>
      {noting && (
        <WordsDialog
          title={said.note}
          about={said.noteExample}
          preset={item.note}
          needed={false}
          ok={texts.common.save}
          onSave={(words) => note.mutate(words)}
          onClose={() => setNoting(false)}
        />
      )}
    </li>
  );
}
