import { lazy, Suspense, type ReactNode } from "react";
import { Navigate, Route, Routes } from "react-router";

import { useSession } from "./session/session";

const NoPage = lazy(() => import("./layout/no-page"));
const Shell = lazy(() => import("./layout/shell").then(({ Shell }) => ({ default: Shell })));
const SignIn = lazy(() => import("./session/sign-in").then(({ SignIn }) => ({ default: SignIn })));
const ChangePassword = lazy(() =>
  import("./session/change-password").then(({ ChangePassword }) => ({ default: ChangePassword })),
);
// one chunk a room: whoever signs in loads the day, not the charts or the policy editor
const Day = lazy(() => import("./day/day-page"));
const Blind = lazy(() => import("./day/blind-page"));
const Calls = lazy(() => import("./calls/calls-page"));
const CallPage = lazy(() => import("./calls/call-page"));
const People = lazy(() => import("./people/people-page"));
const PersonPage = lazy(() => import("./people/person-page"));
const Mine = lazy(() => import("./mine/mine-page"));
const Appeals = lazy(() => import("./appeals/appeals-page"));
const Coaching = lazy(() => import("./coaching/coaching-page"));
const Calibration = lazy(() => import("./calibration/calibration-page"));
const Handover = lazy(() => import("./handover/handover-page"));
const PolicyPage = lazy(() => import("./policy/policy-page"));
const Admin = lazy(() => import("./admin/admin-page"));

/** Which page stands at which address; the rights decide what the menu offers, the server what is shown. */
export function App() {
  return (
    <Suspense fallback={<Waiting />}>
      <Inside />
    </Suspense>
  );
}

function Inside() {
  const session = useSession();
  if (session.state === "loading") return <Waiting />;
  if (session.state === "out") return <SignIn expired={session.expired} />;
  if (session.me.must_change_password) return <ChangePassword />;
  const home = session.can("queue") || session.can("plan.read") ? "/day" : session.can("calls.read") ? "/mine" : "/admin";
  return (
    <Shell>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/" element={<Navigate to={home} replace />} />
          <Route path="/day" element={<Day />} />
          <Route path="/day/blind/:id" element={<Allowed right="queue" page={<Blind />} />} />
          <Route path="/calls" element={<Allowed right="calls.read" page={<Calls />} />} />
          <Route path="/calls/:id" element={<Allowed right="calls.read" page={<CallPage />} />} />
          <Route path="/people" element={<Allowed right="reports" page={<People />} />} />
          <Route path="/people/:id" element={<Allowed right="calls.read" page={<PersonPage />} />} />
          <Route path="/mine" element={<Allowed right="calls.read" page={<Mine />} />} />
          <Route path="/appeals" element={<Allowed right="appeal.read" page={<Appeals />} />} />
          <Route path="/coaching" element={<Allowed right="coach.read" page={<Coaching />} />} />
          <Route path="/calibration" element={<Allowed right="calibrate.answer" page={<Calibration />} />} />
          <Route path="/handover" element={<Allowed right="handover" page={<Handover />} />} />
          <Route path="/policy" element={<Allowed right="policy.read" page={<PolicyPage />} />} />
          <Route path="/admin/*" element={<Admin />} />
          <Route path="*" element={<NoPage why="missing" />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}

function Allowed({ right, page }: { right: string; page: ReactNode }) {
  const session = useSession();
  return session.state === "in" && session.can(right) ? page : <NoPage why="right" />;
}

/** Holds the page's place while a room's chunk comes; the library's own skeleton would be loaded before everything. */
function Waiting() {
  return <div className="waiting" aria-busy="true" />;
}
