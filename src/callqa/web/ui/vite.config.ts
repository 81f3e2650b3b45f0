import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * The component library measures scroll bars and locks scrolling with style elements that lack the page's nonce, so the
 * content security policy drops them with an error in the console. Every style it makes gets the nonce here.
 */
function stylesWithNonce(): Plugin {
  const asked = "if (csp?.nonce) {\n    styleNode.nonce = csp?.nonce;\n  }";
  const given =
    'const nonce = csp?.nonce ?? document.querySelector(\'meta[name="csp-nonce"]\')?.content;\n' +
    "  if (nonce) styleNode.nonce = nonce;";
  return {
    name: "styles-with-nonce",
    enforce: "pre",
    transform(code, id) {
      if (!/@rc-component\/util\/es\/Dom\/dynamicCSS\.js$/.test(id)) return null;
      if (!code.includes(asked)) throw new Error(`${id}: the place where styles get their nonce has changed`);
      return code.replace(asked, given);
    },
  };
}

/** Built into the Python package beside the sources; `callqa serve` serves it from there. */
export default defineConfig({
  plugins: [react(), stylesWithNonce()],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    // inlined assets would need `data:` in the content security policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    manifest: true,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
