import { useQuery } from "@tanstack/react-query";

import { api, taken } from "../api/client";
import { TaskView } from "../coaching/task-view";
import { Loaded } from "../layout/states";
import { useMe } from "../session/session";
import { useTexts } from "../texts";

/** What one is to practise, and whether it worked. */
export function MyCoaching() {
  const texts = useTexts();
  const { me } = useMe();
  const tasks = useQuery({
    queryKey: ["coaching", "own"],
    queryFn: () => taken(api.GET("/api/v1/coaching", { params: { query: { agent: me.id } } })),
  });
  return (
    <Loaded query={tasks} isEmpty={(page) => page.items.length === 0} empty={texts.mine.noCoaching}>
      {(page) => (
        <ul className="mine-list">
          {page.items.map((task) => (
            <li key={task.id}>
              <article className="panel">
                <TaskView id={task.id} />
              </article>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
