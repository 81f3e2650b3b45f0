import { useQuery } from "@tanstack/react-query";
import { Tag, Timeline } from "antd";
import { Link } from "react-router";

import { api, taken } from "../api/client";
import { dateTime } from "../layout/format";
import { Loaded } from "../layout/states";
import { Clip } from "../player/clip";
import { usePeople } from "../session/names";
import { useTexts } from "../texts";
import { ChangeShown } from "./change-picture";
import { useGoalWords } from "./goals";
import { TaskActions } from "./task-actions";
import { STATE_COLOURS } from "./task-states";

/** A task: goal, where it came from, what to do next, what the calls showed, history. */
export function TaskView({ id }: { id: string }) {
  const texts = useTexts();
  const { goalWords } = useGoalWords();
  const shown = useQuery({
    queryKey: ["coaching", "task", id],
    queryFn: () => taken(api.GET("/api/v1/coaching/{task}", { params: { path: { task: id } } })),
  });
  const { nameOf } = usePeople(shown.data?.names);
  return (
    <Loaded query={shown}>
      {({ task, overdue, change, notes }) => (
        <div className="task">
          <h3>
            {task.title} <Tag color={STATE_COLOURS[task.state ?? "open"]}>{texts.coaching.states[task.state ?? "open"]}</Tag>
            {overdue && <Tag color="error">{texts.coaching.overdue}</Tag>}
          </h3>
          <p className="task-goal">{goalWords(task.goal)}</p>
          <p className="quiet">
            {nameOf(task.agent)} · {texts.coaching.trainer} {nameOf(task.trainer)} ·{" "}
            {texts.coaching.plan(task.calls ?? 20, task.due)}
          </p>
          {task.call_id && (
            <p className="task-place">
              <Link to={`/calls/${encodeURIComponent(task.call_id)}`}>{task.call_id}</Link>
              {task.span && <Clip call={task.call_id} span={task.span} label={texts.coaching.clip} />}
            </p>
          )}
          {change && <ChangeShown goal={task.goal} change={change} />}
          <TaskActions task={task} />
          <h4>{texts.coaching.history}</h4>
          <Timeline
            className="history"
            items={[...notes].reverse().map((note, number) => ({
              key: number,
              content: (
                <>
                  <div className="history-head">
                    {note.author === "system" ? texts.appeals.system : nameOf(note.author)} · {dateTime(note.at)}
                  </div>
                  <div>{texts.coaching.kindsOfNote[note.kind]}</div>
                  {note.text && <q>{note.text}</q>}
                </>
              ),
            }))}
          />
        </div>
      )}
    </Loaded>
  );
}
