import type { ButtonHTMLAttributes, ReactNode } from "react";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: "plain" | "main" | "bare";
  icon?: ReactNode;
  /** At work: may not be pressed again. */
  busy?: boolean;
}

/** A button with words where the page must stand quickly; the library's own brings its machinery along. */
export function Press({ look = "plain", icon, busy, className, children, ...rest }: Props) {
  return (
    <button
      type="button"
      className={`press press-${look}${className ? ` ${className}` : ""}`}
      disabled={busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}
