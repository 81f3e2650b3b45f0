import { Suspense, type ReactNode } from "react";
import { Navigate, Route, Routes } from "react-router";

import { later } from "./layout/later";
import { useSession } from "./session/session";

const NoPage = later(() => import("./layout/no-page"));
const Shell = later(async () => ({ default: (await import("./layout/shell")).Shell }));
const SignIn = later(async () => ({ default: (await import("./session/sign-in")).SignIn }));
const ChangePassword = later(async () => ({
  default: (await import("./session/change-password")).ChangePassword,
}));
// one chunk a room: whoever signs in loads the day, not the charts or the policy editor
const Day = later(() => import("./day/day-page"));
const Blind = later(() => import("./day/blind-page"));
const Calls = later(() => import("./calls/calls-page"));
const CallPage = later(() => import("./calls/call-page"));
const Collections = later(() => import("./collections/collections-page"));
const People = later(() => import("./people/people-page"));
const PersonPage = later(() => import("./people/person-page"));
const Mine = later(() => import("./mine/mine-page"));
const Appeals = later(() => import("./appeals/appeals-page"));
const Coaching = later(() => import("./coaching/coaching-page"));
const Calibration = later(() => import("./calibration/calibration-page"));
const Handover = later(() => import("./handover/handover-page"));
const PolicyPage = later(() => import("./policy/policy-page"));
const Admin = later(() => import("./admin/admin-page"));

/** What stands at addresses that people keep, send each other and open first. */
const OPENED_FIRST: readonly [RegExp, { load: () => Promise<unknown> }][] = [
  [/^\/calls\/[^/]+$/, CallPage],
  [/^\/calls$/, Calls],
  [/^\/(day)?$/, Day],
  [/^\/mine$/, Mine],
];

/** Fetch the frame and the room of an address before anything is rendered. */
export function loadAhead(pathname: string): Promise<unknown> {
  const room = OPENED_FIRST.find(([at]) => at.test(pathname))?.[1];
  return Promise.all([Shell.load(), room?.load()]);
}

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
          <Route path="/collections" element={<Allowed right="collections.read" page={<Collections />} />} />
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
