import type { Read } from "../api/read";

export type Task = Read<"CoachingTask">;
export type TaskState = NonNullable<Task["state"]>;

export const STATE_COLOURS: Record<TaskState, string | undefined> = {
  open: "processing",
  acknowledged: "processing",
  follow_up: "processing",
  achieved: "success",
  not_achieved: "error",
  reopened: "warning",
  cancelled: undefined,
};
