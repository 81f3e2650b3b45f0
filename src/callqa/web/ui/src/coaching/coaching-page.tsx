import { TabsPage } from "../layout/tabs-page";
import { useTexts } from "../texts";
import { NewTask } from "./new-task";
import { Proposals } from "./proposals";
import { Tasks } from "./tasks";

/** Coaching with a goal that can be measured, and what grades propose. */
export default function CoachingPage() {
  const texts = useTexts();
  return (
    <TabsPage
      title={texts.shell.pages.coaching}
      about={texts.coaching.about}
      tabs={[
        { key: "tasks", right: "coach.read", label: texts.coaching.tabs.tasks, children: <Tasks /> },
        { key: "proposals", right: "propose", label: texts.coaching.tabs.proposals, children: <Proposals /> },
      ]}
      making={{
        right: "coach",
        label: texts.coaching.new,
        tab: "tasks",
        name: "task",
        dialog: (close, made) => <NewTask onClose={close} onMade={made} />,
      }}
    />
  );
}
