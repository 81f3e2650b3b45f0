import { useQuery } from "@tanstack/react-query";
import { Empty, Input, Select } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import type { Read } from "../api/read";
import { Loaded } from "../layout/states";
import { useTexts } from "../texts";
import { titleOf, useVersions } from "./versions-query";

type Chapter = Read<"ChapterShown">;

/** A version in business words, chapter by chapter. */
export function Handbook() {
  const texts = useTexts().policy;
  const { marks } = useTexts();
  const versions = useVersions();
  const [chosen, setChosen] = useState<string>("latest");
  const [wanted, setWanted] = useState("");
  const handbook = useQuery({
    queryKey: ["policy", "handbook", chosen],
    queryFn: () => taken(api.GET("/api/v1/policy/{version}/handbook", { params: { path: { version: chosen } } })),
  });
  const items = versions.data?.items ?? [];
  return (
    <>
      <div className="toolbar">
        <Select
          value={chosen === "latest" ? items.at(-1)?.ref.sha256 : chosen}
          onChange={setChosen}
          loading={versions.isPending}
          aria-label={texts.version}
          className="policy-version"
          options={items.map((one) => ({ value: one.ref.sha256, label: titleOf(one) }))}
        />
        <Input.Search
          allowClear
          placeholder={texts.find}
          aria-label={texts.find}
          className="toolbar-search"
          onChange={(event) => setWanted(event.target.value.trim())}
        />
      </div>
      <Loaded query={handbook} rows={14}>
        {({ policy, chapters }) => {
          const found = chapters
            .map((chapter) => narrowed(chapter, wanted))
            .filter(({ rows }) => !wanted || rows.length > 0);
          return (
            <>
              <p className="quiet">
                {texts.inForce(policy.valid_from, policy.valid_to)} ·{" "}
                {policy.products.length ? texts.covers(policy.products.join(marks.list)) : texts.coversAll}
              </p>
              <div className="handbook">
                <nav className="handbook-chapters" aria-label={texts.tabs.read}>
                  {found.map(({ title }, number) => (
                    <a key={title} href={`#chapter-${number}`}>
                      {title}
                    </a>
                  ))}
                </nav>
                <div>
                  {found.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.nothingFound} />}
                  {found.map((chapter, number) => (
                    <ChapterTable key={chapter.title} chapter={chapter} anchor={`chapter-${number}`} />
                  ))}
                </div>
              </div>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function narrowed(chapter: Chapter, wanted: string): Chapter {
  if (!wanted) return chapter;
  return { ...chapter, rows: chapter.rows.filter((row) => row.some((cell) => cell.includes(wanted))) };
}

function ChapterTable({ chapter, anchor }: { chapter: Chapter; anchor: string }) {
  return (
    <section className="panel handbook-chapter" id={anchor}>
      <h2>{chapter.title}</h2>
      {chapter.intro && <p className="quiet">{chapter.intro}</p>}
      {chapter.rows.length > 0 && (
        <div className="handbook-table" tabIndex={0} role="group" aria-label={chapter.title}>
          <table>
            <thead>
              <tr>
                {chapter.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {chapter.rows.map((row, number) => (
                <tr key={number}>
                  {row.map((cell, place) => (
                    <td key={place}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
