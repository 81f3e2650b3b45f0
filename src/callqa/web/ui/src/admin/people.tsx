import { useQuery } from "@tanstack/react-query";
import { App, Button, Input, InputNumber, Switch, Table, Tag, Typography } from "antd";
import { useState } from "react";

import { api, taken } from "../api/client";
import { useWrite } from "../api/mutate";
import type { Read } from "../api/read";
import { Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useUnits } from "../session/units";
import { useTexts } from "../texts";

type PersonShown = Read<"PersonShown">;

/** Who may sign in, where they stand, what they may hear; a new one-time password for whoever forgot. */
export function People() {
  const texts = useTexts();
  const { can } = useMe();
  const { modal } = App.useApp();
  const [wanted, setWanted] = useState("");
  const people = useQuery({ queryKey: ["people"], queryFn: () => taken(api.GET("/api/v1/people")) });
  const change = useWrite(
    ({ person, ...body }: { person: string; raw?: boolean; active?: boolean; minutes_a_day?: number }) =>
      taken(api.PATCH("/api/v1/people/{person}", { params: { path: { person } }, body })),
    { changes: [["people"]] },
  );
  const renew = useWrite(
    (person: string) => taken(api.POST("/api/v1/people/{person}/password", { params: { path: { person } } })),
    {
      done: (made) =>
        modal.success({
          title: texts.admin.oneTimePassword,
          content: (
            <>
              <p>{texts.admin.oneTimeAbout}</p>
              <Typography.Text code copyable>
                {made.password}
              </Typography.Text>
            </>
          ),
        }),
    },
  );
  const { titleOf } = useUnits();
  const write = can("org.write");
  return (
    <>
      <div className="toolbar">
        <Input.Search
          allowClear
          placeholder={texts.admin.findPerson}
          aria-label={texts.admin.findPerson}
          onChange={(event) => setWanted(event.target.value.trim())}
          className="toolbar-search"
        />
      </div>
      <Loaded query={people} isEmpty={(page) => page.items.length === 0} empty={texts.admin.noPeople}>
        {(page) => (
          <Table<PersonShown>
            rowKey="id"
            size="middle"
            dataSource={page.items.filter(
              (person) => !wanted || `${person.id} ${person.name} ${person.login ?? ""}`.includes(wanted),
            )}
            pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
            scroll={{ x: 900 }}
            columns={[
              { title: texts.admin.name, dataIndex: "name" },
              { title: texts.admin.personId, dataIndex: "id" },
              { title: texts.admin.login, dataIndex: "login", render: (login: string | null) => login ?? "—" },
              {
                title: texts.admin.posts,
                render: (_, person) =>
                  person.posts.map((post) => (
                    <Tag key={`${post.unit}${post.role}${post.valid_from}`}>
                      {titleOf(post.unit)} · {texts.role[post.role as keyof typeof texts.role]}
                    </Tag>
                  )),
              },
              {
                title: texts.admin.minutes,
                render: (_, person) => (
                  <InputNumber
                    min={0}
                    max={720}
                    step={10}
                    defaultValue={person.minutes_a_day}
                    disabled={!write}
                    aria-label={`${texts.admin.minutes} ${person.name}`}
                    onBlur={(event) => {
                      const minutes = Number(event.target.value);
                      if (minutes !== person.minutes_a_day) change.mutate({ person: person.id, minutes_a_day: minutes });
                    }}
                  />
                ),
              },
              {
                title: texts.admin.raw,
                render: (_, person) => (
                  <Switch
                    checked={person.raw}
                    disabled={!write}
                    aria-label={`${texts.admin.raw} ${person.name}`}
                    onChange={(raw) => change.mutate({ person: person.id, raw })}
                  />
                ),
              },
              {
                title: texts.admin.active,
                render: (_, person) => (
                  <Switch
                    checked={person.active}
                    disabled={!write}
                    aria-label={`${texts.admin.active} ${person.name}`}
                    onChange={(active) => change.mutate({ person: person.id, active })}
                  />
                ),
              },
              ...(write
                ? [
                    {
                      title: "",
                      render: (_: unknown, person: PersonShown) =>
                        person.login ? (
                          <Button type="link" onClick={() => renew.mutate(person.id)}>
                            {texts.admin.newPassword}
                          </Button>
                        ) : null,
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Loaded>
    </>
  );
}
