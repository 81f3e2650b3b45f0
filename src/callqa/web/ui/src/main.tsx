import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { queries } from "./api/queries";
import { App } from "./app";
import { Appearance } from "./layout/appearance";
import { SessionProvider } from "./session/session";
import { TextsProvider } from "./texts";
import "./page.css";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
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
