// The queue by keyboard: every key presses the button that is there without scripts, and the page stays.

const FEW = 8; // cards left, from which the next ones are fetched
const CLAIM_EVERY = 10_000;
const GROUP = 25; // comments of many that are decided in one request
const LOST = "The site cannot be reached, or you are not logged in any more. Nothing was decided.";

const place = document.getElementById("queue");
const said = document.getElementById("queue-said");
const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
const decided = []; // the ids of this sitting's decisions, the last one last

const cards = () => [...place.querySelectorAll(".card")];
const current = () => place.querySelector(".card--current") ?? cards()[0];
const say = (text) => {
  said.textContent = text;
};

/** Send a form; the answer says what came of each comment, or what is wrong. */
const send = async (address, fields) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams(fields),
  });
  return { ok: answer.ok, ...(await answer.json()) };
};

const fragment = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(answer.status); // perhaps to the login
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
};

/** Make a card the one that keys are about. */
const show = (card) => {
  if (!card) return;
  current()?.classList.remove("card--current");
  card.classList.add("card--current");
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
  claim().catch(() => {});
  if (cards().length - cards().indexOf(card) < FEW) more().catch(() => {});
};

const step = (by) => {
  const all = cards();
  show(all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + by))]);
};

/** Fetch the next page before it is needed. */
let fetching;
const more = async () => {
  const link = place.querySelector("[data-next]");
  if (!link || fetching) return;
  fetching = true;
  try {
    const page = await fragment(`${link.href}&part=1`);
    link.closest(".queue-next").remove();
    const known = new Set(cards().map((card) => card.dataset.id));
    for (const node of [...page.children]) if (!known.has(node.dataset.id)) place.append(node);
  } finally {
    fetching = false;
  }
};

/** The card of a comment as it is now. */
const fresh = async (id) => (await fragment(place.dataset.card.replace("0", id))).querySelector(".card");

/** Put a card back where it was, as the comment is now. Whoever writes or reads elsewhere meanwhile is not disturbed. */
const bring_back = async (id, anchor, text, old) => {
  say(text);
  const card = await fresh(id).catch(() => old);
  if (!card) return;
  if (old) card.querySelector(".card__note input").value = old.querySelector(".card__note input").value;
  card.querySelector(".card__claim").textContent = text;
  place.insertBefore(card, anchor?.isConnected ? anchor : place.firstChild);
  if (cards().length === 1) show(card);
};

/** Tell the others what is looked at here, and mark what they look at or have decided. */
const claim = async () => {
  const card = current();
  if (document.hidden || !card) return;
  const shown = cards().map((one) => one.dataset.id).join(",");
  const { ok, claimed, versions } = await send(place.dataset.claim, { current: card.dataset.id, shown });
  if (!ok) return;
  for (const one of cards()) {
    const who = claimed[one.dataset.id];
    const changed = (versions[one.dataset.id] ?? one.dataset.version) !== one.dataset.version;
    const note = changed ? "This has changed meanwhile" : who ? `${who} is reading this` : "";
    if (note || one.classList.contains("card--claimed")) one.querySelector(".card__claim").textContent = note;
    one.classList.toggle("card--claimed", Boolean(note));
  }
};

/** Send what a button stands for; the card goes at once and comes back if it was refused. */
const decide = async (card, button) => {
  const { id } = card.dataset;
  const form = new FormData(card.querySelector("form"), button);
  const all = cards();
  const anchor = card.nextElementSibling;
  const following = all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1];
  card.remove();
  show(following);
  say(`${button.textContent.trim()}: comment ${id}`);
  let answer;
  try {
    answer = await send(place.dataset.decide, form);
  } catch {
    place.insertBefore(card, anchor?.isConnected ? anchor : place.firstChild);
    return say(LOST);
  }
  const { ok, results = [], problem } = answer;
  if (!ok) return bring_back(id, anchor, results[0]?.told ?? problem, card);
  if (button.dataset.act === "undo") return say(results[0].told);
  decided.push(id);
  return say(`${results[0].told} u takes it back.`);
};

const undo = async () => {
  const id = decided.pop();
  if (!id) return say("There is nothing to take back.");
  try {
    const { ok, results = [], problem } = await send(place.dataset.decide, { act: `undo:${id}` });
    if (!ok) return say(results[0]?.told ?? problem);
    await bring_back(id, current(), `Taken back: comment ${id}.`);
    return show(document.getElementById(`card-${id}`));
  } catch {
    decided.push(id);
    return say(LOST);
  }
};

/** Decide about all that are chosen, some at a time; what was refused stays, and says why. */
const decideMany = async (form, button) => {
  const chosen = [...place.querySelectorAll("input[name=chosen]:checked")];
  const told = (more) => `${button.textContent}: ${done} of ${chosen.length}${more}`;
  let done = 0;
  for (let n = 0; n < chosen.length || n === 0; n += GROUP) {
    const group = chosen.slice(n, n + GROUP);
    const fields = new FormData(form, button);
    fields.delete("chosen");
    for (const box of group) fields.append("chosen", box.value);
    const answer = await send(place.dataset.decide, fields).catch(() => null);
    if (!answer) say(told(". Then the site could not be reached: look at the page again."));
    if (answer?.problem) say(answer.problem);
    if (!answer || answer.problem) break;
    for (const result of answer.results) settle(result);
    done += answer.results.filter((result) => result.done).length;
    say(told(n + GROUP < chosen.length ? " …" : "."));
  }
  count();
  show(current());
};

/** One of many was decided, and its card goes; or it was refused, and the card says why. */
const settle = ({ pk, done, told }) => {
  const card = document.getElementById(`card-${pk}`);
  if (!done && card) card.querySelector(".card__claim").textContent = told;
  if (!done) return;
  card?.remove();
  decided.push(String(pk));
};

const count = () => {
  document.getElementById("chosen-count").textContent = place.querySelectorAll("input[name=chosen]:checked").length;
};

const press = (card, act) => {
  const acts = act === "approve" ? ["approve", "keep"] : [act];
  const button = acts.map((one) => card.querySelector(`button[data-act="${one}"]`)).find(Boolean);
  if (button) decide(card, button);
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: (card) => press(card, "approve"),
  s: (card) => press(card, "spam"),
  h: (card) => press(card, "hold"),
  p: (card) => press(card, "uphold"),
  r: (card) => {
    card.querySelector(".card__reasons")?.toggleAttribute("open");
    card.scrollIntoView({ block: "nearest" });
  },
  u: undo,
  e: (card) => card.querySelector(".card__note input").focus(),
  b: (card) => card.querySelector('[data-act="block"]')?.click(),
  o: (card) => card.querySelector('[data-act="open"]').click(),
  x: (card) => card.querySelector("input[name=chosen]").click(),
  "?": () => document.getElementById("queue-help").toggleAttribute("open"),
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("input:not([type=checkbox]), select, textarea")) {
    if (key === "Escape") show(target.closest(".card"));
    return;
  }
  const card = current();
  const reason = card?.querySelector(`.card__reasons[open] button[data-reason="${CSS.escape(key)}"]`);
  const act = reason ? () => decide(card, reason) : KEYS[key];
  if (!act || (!card && !"u?".includes(key))) return;
  event.preventDefault();
  if (event.repeat && !"jk".includes(key)) return; // a key that is held decides once
  act(card);
});

place.addEventListener("submit", (event) => {
  event.preventDefault(); // Enter in the note field only: the note goes with the button that is pressed next
  if (event.submitter?.value) decide(event.target.closest(".card"), event.submitter);
});

document.getElementById("bulk").addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.value) decideMany(event.target, event.submitter);
});

place.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card && card !== place.querySelector(".card--current")) {
    current()?.classList.remove("card--current");
    card.classList.add("card--current");
  }
});

document.addEventListener("change", count);
setInterval(() => claim().catch(() => {}), CLAIM_EVERY);
show(cards().find((card) => !card.classList.contains("card--claimed")) ?? cards()[0]);
