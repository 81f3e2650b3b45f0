import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { queries } from "./api/queries";
import { App, loadAhead } from "./app";
import { askAhead } from "./calls/call-queries";
import { Appearance } from "./layout/appearance";
import { aboutQuery, meQuery } from "./session/me";
import { SessionProvider } from "./session/session";
import { TextsProvider } from "./texts";
import "./page.css";

const root = document.getElementById("root");

/** With a session, the server's hints fetch answers and scripts already: nothing is shown before they are there. */
async function begin(place: HTMLElement) {
  if (document.querySelector('link[rel="preload"][as="fetch"]')) {
    askAhead(location);
    await Promise.allSettled([
      queries.prefetchQuery(meQuery),
      queries.prefetchQuery(aboutQuery),
      loadAhead(location.pathname),
    ]);
  }
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <TextsProvider>
          <Appearance>
            <BrowserRouter>
              <SessionProvider>
                <App />
              </SessionProvider>
            </BrowserRouter>
          </Appearance>
        </TextsProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

if (root) void begin(root);
