import type { ButtonHTMLAttributes, ReactNode } from "react";

import { useTexts } from "../texts";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: ReactNode;
  /** Read aloud, and shown where a pointer rests. */
  label: string;
  /** Shown after the label where a pointer rests. */
  hotkey?: string;
  look?: "plain" | "main" | "bare";
}

/** A button with a picture. Of these a call's page has dozens: the library's own would cost more than the rest of it. */
export function Tool({ icon, label, hotkey, look = "plain", className, ...rest }: Props) {
  const { marks } = useTexts();
  return (
    <button
      type="button"
      className={`tool tool-${look}${className ? ` ${className}` : ""}`}
      aria-label={label}
      title={hotkey ? label + marks.aside(hotkey) : label}
      {...rest}
    >
      {icon}
    </button>
  );
}
