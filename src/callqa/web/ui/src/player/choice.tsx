/** Two or three views to choose from, beside each other. */
export function Choice<Value extends string>({
  value,
  options,
  onChange,
  label,
}: {
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
  label: string;
}) {
  return (
    <div className="choice-row" role="group" aria-label={label}>
      {options.map((one) => (
        <button
          key={one.value}
          type="button"
          className="choice-one"
          aria-pressed={one.value === value}
          onClick={() => onChange(one.value)}
        >
          {one.label}
        </button>
      ))}
    </div>
  );
}
