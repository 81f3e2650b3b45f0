import { Select, type SelectProps } from "antd";

import { useUnits } from "./units";

type Props = Omit<SelectProps<string>, "options" | "optionRender" | "showSearch" | "mode"> & {
  /** Only units that this right reaches. */
  right?: string;
};

/** A unit of those within reach; the list is indented by level, what was chosen is not. */
export function UnitSelect({ right, ...props }: Props) {
  const { units } = useUnits(right);
  const least = Math.min(...units.map(({ path }) => depth(path)));
  const levels = new Map(units.map(({ id, path }) => [id, depth(path) - least]));
  return (
    <Select<string>
      {...props}
      showSearch={{ optionFilterProp: "label" }}
      options={units.map(({ id, title }) => ({ value: id, label: title }))}
      optionRender={({ value, label }) => (
        <span style={{ paddingLeft: 16 * (levels.get(String(value)) ?? 0) }}>{label}</span>
      )}
    />
  );
}

function depth(path: string): number {
  return path.split("/").length;
}
