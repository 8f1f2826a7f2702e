"use strict";
// Everything that is shown goes in as text, never as markup.
const main = document.getElementById("main");
const palette = ["#3b6ef5", "#e8833a", "#1fa77a", "#b455d6", "#d6455d", "#2aa5c4", "#9a7b1f", "#6a5acd", "#5f8f2f", "#c2569b"];
const colours = new Map();

function colour(service) {
  if (!colours.has(service)) colours.set(service, palette[colours.size % palette.length]);
  return colours.get(service);
}

function element(name, traits = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(traits)) {
    if (key === "of") made.style.setProperty("--of", colour(value));
    else if (key === "style") Object.assign(made.style, value);
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

async function api(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const answer = await fetch(`api/${path}?${new URLSearchParams(given)}`);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.errors[0].msg);
  return content.data;
}

function took(us) {
  if (us < 1000) return `${us} µs`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 1e4 ? 2 : 1)} ms`;
  return `${(us / 1e6).toFixed(2)} s`;
}

// `package.Service/Method` without its package.
const short = (name) => name.replace(/^[\w.]+\.(\w+\/)/, "$1");

function read(trace) {
  const spans = trace.spans.map((span) => ({
    ...span,
    service: trace.processes[span.processID].serviceName,
    resource: trace.processes[span.processID].tags,
    parent: span.references.find((each) => each.refType === "CHILD_OF")?.spanID,
    links: span.references.filter((each) => each.refType === "FOLLOWS_FROM"),
    kind: span.tags.find((tag) => tag.key === "span.kind")?.value ?? "",
    failed: span.tags.some((tag) => tag.key === "error" && tag.value === true),
  }));
  const known = new Set(spans.map((span) => span.spanID));
  const start = Math.min(...spans.map((span) => span.startTime));
  const end = Math.max(...spans.map((span) => span.startTime + span.duration));
  const roots = spans.filter((span) => !known.has(span.parent));
  return { id: trace.traceID, spans, roots, start, length: Math.max(end - start, 1) };
}

function chips(trace) {
  const counts = new Map();
  for (const span of trace.spans) counts.set(span.service, (counts.get(span.service) ?? 0) + 1);
  const made = [...counts].map(([service, count]) => element("span", { class: "chip", of: service }, `${service} ${count}`));
  const failed = trace.spans.filter((span) => span.failed).length;
  if (failed) made.push(element("b", { class: "bad" }, `${failed} failed`));
  return element("div", { class: "chips" }, ...made);
}

// The list

const wanted = { service: "", operation: "", minDuration: "", tags: "", limit: "50", failed: false };

async function showList() {
  const services = await api("services");
  const results = element("div", { class: "card" });
  const operations = element("select", { name: "operation" });
  const fill = async () => {
    const names = wanted.service ? await api(`services/${encodeURIComponent(wanted.service)}/operations`) : [];
    operations.replaceChildren(element("option", { value: "" }, "any"), ...names.map((name) => element("option", {}, name)));
    operations.value = names.includes(wanted.operation) ? wanted.operation : "";
  };
  const service = element("select", { name: "service", onchange: async () => { wanted.service = service.value; await fill(); } },
    element("option", { value: "" }, "any"), ...services.map((name) => element("option", {}, name)));
  service.value = wanted.service;
  const failed = element("input", { type: "checkbox", name: "failed" });
  failed.checked = wanted.failed;
  const field = (label, input) => element("label", {}, label, input);
  const form = element("form", { class: "search", onsubmit: (event) => { event.preventDefault(); find(form, results); } },
    field("Service", service), field("Operation", operations),
    field("At least", element("input", { name: "minDuration", placeholder: "20ms", size: 6, value: wanted.minDuration })),
    field("Attributes", element("input", { name: "tags", placeholder: "http.route=/v1/units", size: 28, value: wanted.tags })),
    field("How many", element("input", { name: "limit", size: 4, value: wanted.limit })),
    element("label", { class: "check" }, failed, "failed only"), element("button", {}, "Find"));
  await fill();
  main.replaceChildren(form, results);
  await find(form, results);
}

async function find(form, results) {
  Object.assign(wanted, Object.fromEntries(new FormData(form)), { failed: form.elements.failed.checked });
  const pairs = wanted.tags.split(/\s+/).filter((each) => each.includes("=")).map((each) => each.split(/=(.*)/s, 2));
  const tags = Object.fromEntries(wanted.failed ? [...pairs, ["error", "true"]] : pairs);
  try {
    const found = await api("traces", { ...wanted, failed: "", tags: Object.keys(tags).length ? JSON.stringify(tags) : "" });
    const traces = found.map(read);
    const longest = Math.max(...traces.map((trace) => trace.length), 1);
    results.replaceChildren(...traces.map((trace) => row(trace, longest)));
    if (!traces.length) results.append(element("p", { class: "quiet", style: { padding: "0 1rem" } }, "No trace yet."));
  } catch (wrong) {
    results.replaceChildren(element("p", { class: "bad", style: { padding: "0 1rem" } }, wrong.message));
  }
}

function row(trace, longest) {
  const root = trace.roots[0];
  return element("a", { class: "trace", href: `#/trace/${trace.id}` },
    element("div", { class: "name" }, `${root.service}: ${short(root.operationName)}`),
    element("div", { class: "when quiet" }, new Date(trace.start / 1000).toLocaleTimeString("en-GB")),
    chips(trace),
    element("div", {}, took(trace.length),
      element("div", { class: "length", style: { width: `${(100 * trace.length) / longest}%` } })));
}

// One trace

async function showTrace(id, opened) {
  const [found] = await api(`traces/${encodeURIComponent(id)}`);
  const trace = read(found);
  const root = trace.roots[0];
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => element("span", {}, took(Math.round(trace.length * part))));
  main.replaceChildren(
    element("div", { class: "title" }, element("h1", {}, `${root.service}: ${short(root.operationName)}`),
      element("span", {}, `${took(trace.length)} · ${trace.spans.length} spans`), element("code", { class: "quiet" }, trace.id)),
    element("div", { class: "title" }, chips(trace)),
    element("div", { class: "card" },
      element("div", { class: "ruler" }, element("span", {}, "Service and operation"), element("div", { class: "ticks" }, ...ticks)),
      ...inOrder(trace).flatMap(([span, depth]) => line(trace, span, depth, span.spanID === opened))));
}

function inOrder(trace) {
  const children = new Map();
  for (const span of trace.spans) children.set(span.parent, [...(children.get(span.parent) ?? []), span]);
  const below = (span, depth) => [[span, depth], ...(children.get(span.spanID) ?? []).flatMap((each) => below(each, depth + 1))];
  return trace.roots.flatMap((root) => below(root, 0));
}

function line(trace, span, depth, opened) {
  const from = (100 * (span.startTime - trace.start)) / trace.length;
  const wide = (100 * span.duration) / trace.length;
  const label = from + wide > 80 ? { right: `${100 - from}%` } : { left: `${from + wide}%` };
  const shown = element("div", { class: `span${span.failed ? " failed" : ""}`, of: span.service, title: span.operationName },
    element("div", { class: "who", style: { paddingLeft: `${0.8 + depth * 1.1}rem` } },
      element("span", { class: "service" }, span.service),
      element("span", { class: `what${span.failed ? " bad" : ""}` }, short(span.operationName)),
      span.links.length ? element("span", { class: "kind" }, `${span.links.length} link${span.links.length > 1 ? "s" : ""}`) : "",
      element("span", { class: "kind" }, span.kind)),
    element("div", { class: "lane" },
      element("div", { class: "bar", style: { left: `${from}%`, width: `${wide}%` } }),
      element("span", { class: "took", style: label }, took(span.duration))));
  const more = details(trace, span);
  more.hidden = !opened;
  shown.addEventListener("click", () => { more.hidden = !more.hidden; });
  return [shown, more];
}

function details(trace, span) {
  const table = (pairs) => element("table", {}, ...pairs.map(([key, value]) =>
    element("tr", {}, element("td", {}, key), element("td", { class: "mono" }, value instanceof Node ? value : String(value)))));
  const part = (title, ...content) => element("section", {}, element("h3", {}, title), ...content);
  const parts = [part("Attributes", table([...span.tags.map((tag) => [tag.key, tag.value]),
    ["starts after", took(span.startTime - trace.start)], 
    ["span id", element("a", { href: `#/trace/${trace.id}/${span.spanID}` }, span.spanID)]]))];
  if (span.logs.length) parts.push(part("Events", table(span.logs.map((log) => [took(log.timestamp - trace.start),
    log.fields.map((each) => `${each.key}=${each.value}`).join(" ")]))));
  if (span.links.length) parts.push(part("Links", table(span.links.map((link) => [link.traceID === trace.id ? "this trace" : "trace",
    element("a", { href: `#/trace/${link.traceID}/${link.spanID}` }, `${link.traceID} ${link.spanID}`)]))));
  parts.push(part("Resource", table(span.resource.map((tag) => [tag.key, tag.value]))));
  return element("div", { class: "more", of: span.service }, ...parts);
}

// Calls and events between services

async function showCalls() {
  const edges = await api("dependencies");
  const head = ["From", "To", "Times"].map((text) => element("th", {}, text));
  const name = (service) => element("td", {}, element("span", { class: "service", of: service }, service));
  main.replaceChildren(element("div", { class: "card" }, element("table", { class: "calls" }, element("tr", {}, ...head),
    ...edges.map((edge) => element("tr", {}, name(edge.parent), name(edge.child), element("td", {}, String(edge.callCount)))))));
}

async function show() {
  const [, page, id, span] = location.hash.split("/");
  try {
    (await api("services")).forEach(colour);
    if (page === "trace") await showTrace(id, span);
    else if (page === "calls") await showCalls();
    else await showList();
  } catch (wrong) {
    main.replaceChildren(element("p", { class: "bad" }, wrong.message));
  }
}

document.getElementById("by-id").addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `#/trace/${event.target.elements.id.value.trim()}`;
});
window.addEventListener("hashchange", show);
show();
