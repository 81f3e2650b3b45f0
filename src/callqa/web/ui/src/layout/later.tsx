import { lazy, useState, type ComponentType, type ReactNode } from "react";

type Page<Props> = ComponentType<Props> & { load: () => Promise<unknown> };

/**
 * A component in a chunk of its own that shows at once where the chunk is there already.
 *
 * React's own `lazy` always waits once, and holds back what comes right after another wait for 300 ms: three nested ones
 * (frame, page, a part of it) would keep a page that is long there from showing for most of a second.
 */
export function later<Props extends object>(get: () => Promise<{ default: (props: Props) => ReactNode }>): Page<Props> {
  let there: ComponentType<Props> | null = null;
  const load = async (): Promise<{ default: ComponentType<Props> }> => {
    const found = await get();
    there = found.default;
    return found;
  };
  const Waiting = lazy(load) as unknown as ComponentType<Props>;
  const Shown = (props: Props) => {
    // chosen once: another type under the same place would begin anew
    const [Inside] = useState<ComponentType<Props>>(() => there ?? Waiting);
    return <Inside {...props} />;
  };
  return Object.assign(Shown, { load });
}
