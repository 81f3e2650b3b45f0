import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Empty, Result, Select, Tag } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { api, taken } from "../api/client";
import { Loaded } from "../layout/states";
import { usePeople } from "../session/names";
import { useMe } from "../session/session";
import { useTexts } from "../texts";
import { useGoalWords } from "./goals";
import { STATE_COLOURS, type Task, type TaskState } from "./task-states";
import { TaskView } from "./task-view";

/** Tasks within reach, the soonest due first; the chosen one beside them. */
export function Tasks() {
  const texts = useTexts();
  const { can } = useMe();
  const [mine, setMine] = useState(false);
  const [state, setState] = useState<TaskState | undefined>();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get("task");
  const agent = search.get("agent") ?? undefined;
  const { people, nameOf, known } = usePeople();
  // an address that was mistyped, or that somebody with a wider reach sent
  const stranger = agent !== undefined && known && !people.some(({ id }) => id === agent);
  const tasks = useQuery({
    queryKey: ["coaching", "list", mine, state, agent],
    enabled: !stranger,
    queryFn: () => taken(api.GET("/api/v1/coaching", { params: { query: { mine, state, agent } } })),
  });
  const all = () => setSearch({ tab: "tasks" }, { replace: true });
  if (stranger) {
    return (
      <Result
        status="403"
        title={texts.coaching.noAgent(agent)}
        subTitle={texts.coaching.noAgentNext}
        extra={<Button onClick={all}>{texts.coaching.allTasks}</Button>}
      />
    );
  }
  const states = Object.entries(texts.coaching.states) as [TaskState, string][];
  return (
    <>
      <div className="toolbar">
        <Select
          allowClear
          placeholder={texts.coaching.anyState}
          aria-label={texts.coaching.state}
          value={state}
          onChange={setState}
          options={states.map(([value, label]) => ({ value, label }))}
          className="toolbar-choice"
        />
        {agent && (
          <Tag closable onClose={all}>
            {texts.coaching.onlyAgent(nameOf(agent))}
          </Tag>
        )}
        {can("coach") && (
          <Checkbox checked={mine} onChange={(event) => setMine(event.target.checked)}>
            {texts.coaching.onlyMine}
          </Checkbox>
        )}
      </div>
      <Loaded query={tasks} isEmpty={(page) => page.items.length === 0} empty={agent ? texts.coaching.emptyAgent(nameOf(agent)) : texts.coaching.empty}>
        {(page) => (
          <div className="beside">
            <ul className="choices" aria-label={texts.coaching.tabs.tasks}>
              {page.items.map((task) => (
                <li key={task.id}>
                  <TaskChoice
                    task={task}
                    chosen={task.id === chosen}
                    onChoose={() => setSearch({ tab: "tasks", task: task.id, ...(agent ? { agent } : {}) }, { replace: true })}
                  />
                </li>
              ))}
            </ul>
            <section className="panel beside-detail">
              {chosen ? (
                <TaskView key={chosen} id={chosen} />
              ) : (
                <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.coaching.choose} />
              )}
            </section>
          </div>
        )}
      </Loaded>
    </>
  );
}

function TaskChoice({ task, chosen, onChoose }: { task: Task; chosen: boolean; onChoose: () => void }) {
  const texts = useTexts();
  const { nameOf } = usePeople();
  const { goalWords } = useGoalWords();
  const state = task.state ?? "open";
  return (
    <button type="button" className={`choice${chosen ? " choice-chosen" : ""}`} aria-pressed={chosen} onClick={onChoose}>
      <span className="choice-head">
        <strong>{task.title}</strong>
        <Tag color={STATE_COLOURS[state]}>{texts.coaching.states[state]}</Tag>
      </span>
      <span className="choice-facts">
        {nameOf(task.agent)} · {goalWords(task.goal)}
      </span>
      <span className="choice-facts">
        {texts.coaching.trainer} {nameOf(task.trainer)} · {texts.coaching.due} {task.due}
      </span>
    </button>
  );
}
