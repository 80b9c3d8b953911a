// The queue by keyboard: every key presses the button that is there without scripts, and the page stays.

const FEW = 8; // cards left, from which the next ones are fetched
const CLAIM_EVERY = 10_000;

const place = document.getElementById("queue");
const said = document.getElementById("queue-said");
const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
const decided = []; // the ids of this sitting's decisions, the last one last

const cards = () => [...place.querySelectorAll(".card")];
const current = () => place.querySelector(".card--current") ?? cards()[0];
const say = (text) => {
  said.textContent = text;
};

const send = (address, fields) =>
  fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": token },
    body: new URLSearchParams(fields),
  });

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
    const answer = await fetch(`${link.href}&part=1`);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    link.closest(".queue-next").remove();
    const known = new Set(cards().map((card) => card.dataset.id));
    for (const node of page.body.children) {
      if (!known.has(node.dataset.id)) place.append(document.importNode(node, true));
    }
  } finally {
    fetching = false;
  }
};

/** Tell the others what is looked at here, and mark what they look at or have decided. */
const claim = async () => {
  const card = current();
  if (document.hidden || !card) return;
  const answer = await send(place.dataset.claim, {
    current: card.dataset.id,
    shown: cards().map((one) => one.dataset.id).join(","),
  });
  if (!answer.ok) return;
  const { claimed } = await answer.json();
  for (const one of cards()) {
    const who = claimed[one.dataset.id];
    one.querySelector(".card__claim").textContent = who ? `${who} is reading this` : "";
    one.classList.toggle("card--claimed", Boolean(who));
  }
};

/** Send what a button stands for; the card goes at once and comes back if it was refused. */
const decide = async (card, button) => {
  const form = new FormData(card.querySelector("form"), button);
  const all = cards();
  const next = all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1];
  const anchor = card.nextSibling;
  card.remove();
  if (next) show(next);
  say(`${button.textContent.trim()}: comment ${card.dataset.id}`);
  const bring_back = (text) => {
    place.insertBefore(card, anchor?.isConnected ? anchor : place.firstChild);
    show(card);
    say(text);
  };
  try {
    const answer = await send(place.dataset.decide, form);
    const { results = [], problem = "" } = await answer.json();
    if (!answer.ok) return bring_back(results[0]?.told ?? problem);
    decided.push(card.dataset.id);
    return say(`${results[0].told} u takes it back.`);
  } catch {
    return bring_back("The site cannot be reached, or you are not logged in any more. Nothing was decided.");
  }
};

const undo = async () => {
  const id = decided.pop();
  if (!id) return say("There is nothing to take back.");
  const answer = await send(place.dataset.decide, { act: `undo:${id}` });
  const { results } = await answer.json();
  return say(results[0].done ? `Taken back: comment ${id}. It waits again.` : results[0].told);
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
  act(card);
});

place.addEventListener("submit", (event) => {
  const card = event.target.closest(".card");
  if (!event.submitter?.value) return;
  event.preventDefault();
  decide(card, event.submitter);
});

place.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card && card !== place.querySelector(".card--current")) {
    current()?.classList.remove("card--current");
    card.classList.add("card--current");
  }
});

document.addEventListener("change", () => {
  document.getElementById("chosen-count").textContent = place.querySelectorAll("input[name=chosen]:checked").length;
});

setInterval(() => claim().catch(() => {}), CLAIM_EVERY);
show(cards()[0]);
