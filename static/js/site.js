// Everything here only saves reloads: without it the forms post and the pages answer.

const NEAR_LIMIT = 500;

const here = document.getElementById("site").dataset; // the addresses of what is fetched when it is needed

/** Tell screen readers what has happened. */
const say = (text) => {
  document.getElementById("said").textContent = text;
};

/** Tell everybody what has gone wrong with a form, above what they typed. */
const tell = (element, text) => {
  const place = element.closest("form") ?? element;
  const notice = place.querySelector(":scope > .notice") ?? document.createElement("p");
  notice.className = "notice";
  notice.textContent = text;
  place.prepend(notice);
  say(text);
};

/** htmx sends forms without a reload. Most readers only read, so it is fetched when one comes near a form, once. */
let htmx;
let isSettled = false; // it is there, or cannot be had: then forms post as ever
const fetchHtmx = () =>
  (htmx ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = here.htmx;
    script.onload = script.onerror = () => {
      isSettled = true;
      // What was waiting for the focus has missed it.
      document.activeElement.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
      resolve();
    };
    // It begins by itself only where the page is complete.
    if (document.readyState === "complete") document.head.append(script);
    else window.addEventListener("load", () => document.head.append(script), { once: true });
  }));

/** Show what this reader gave; asked for once, when the pointer or the keyboard comes near the stars. */
const showOwnRating = async (form) => {
  if (form.dataset.asked) return;
  form.dataset.asked = "yes";
  const answer = await fetch(form.dataset.own, { headers: { Accept: "application/json" } });
  const { yours } = answer.ok ? await answer.json() : {};
  if (!yours || form.querySelector("input:checked")) return;
  form.querySelector(`#star-${yours}`).checked = true;
  const line = form.querySelector(".rating__yours");
  line.querySelector("b").textContent = yours;
  line.hidden = false;
};

const rate = (label) => {
  label.control.checked = true;
  label.control.form.requestSubmit(label.control.form.querySelector(".rating__act > button"));
};

/** Count a vote, or take it back; what this browser voted for is remembered by it alone. */
const vote = async (form) => {
  const button = form.querySelector("button");
  const isGiven = button.getAttribute("aria-pressed") !== "true";
  const answer = await fetch(`/api/v1${form.getAttribute("action")}`, { method: isGiven ? "PUT" : "DELETE" });
  const told = await answer.json();
  if (!answer.ok) {
    flash(form, told.errors[0].detail);
    return;
  }
  (await import(here.own)).keepVote(button.dataset.vote, told.yours);
  button.setAttribute("aria-pressed", told.yours);
  button.querySelector("b").textContent = told.votes || "";
  say(told.yours ? "Counted as helpful." : "Taken back.");
  const shown = new URL(location);
  shown.searchParams.set("v", Date.now()); // a reload shows it, too
  history.replaceState(null, "", shown);
};

/** Tell everybody, beside the button, why a vote was not counted. */
const flash = (form, text) => {
  say(text);
  const place = form.querySelector(".vote__told") ?? form.appendChild(document.createElement("span"));
  place.className = "vote__told";
  place.textContent = text;
};

const countLetters = (area) => {
  const left = Number(area.dataset.limit) - [...area.value].length;
  const counter = area.closest(".field").querySelector(".counter");
  counter.textContent = left < 0 ? `${-left} too many.` : left < NEAR_LIMIT ? `${left} left.` : "";
};

const listen = (link) => {
  const player = document.createElement("audio");
  player.controls = true;
  player.autoplay = true;
  player.src = link.href;
  player.setAttribute("aria-label", "The six letters, spoken");
  link.replaceWith(player);
  player.focus();
};

for (const nearing of ["pointerover", "focusin"]) {
  document.addEventListener(nearing, (event) => {
    const near = event.target.closest?.("form[hx-post], a[hx-get]");
    if (near) fetchHtmx();
    if (near?.matches(".rating")) showOwnRating(near).catch(() => {});
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[hx-get]");
  if (link && !isSettled && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    fetchHtmx().then(() => link.click());
    return;
  }
  const star = event.target.closest?.(".stars__choices label");
  const sound = event.target.closest?.("[data-listen]");
  // Arrow keys choose among the stars and Enter sends; only a pointer both chooses and sends.
  if (star && event.detail > 0) rate(star);
  if (sound) listen(sound);
  if ((star && event.detail > 0) || sound) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.matches(".vote")) {
    event.preventDefault();
    vote(form).catch(() => flash(form, "The site cannot be reached just now."));
    return;
  }
  if (isSettled || !form.matches("form[hx-post]")) return;
  event.preventDefault();
  fetchHtmx().then(() => form.requestSubmit(submitter));
});

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-limit]")) countLetters(event.target);
});

// What comes in place of a link gets the focus that the link had.
let before;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  before = target.matches?.(".more") ? target.previousElementSibling : undefined;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const { requestConfig } = event.detail;
  if (before) before.nextElementSibling?.focus();
  if (requestConfig?.elt.id === "news") document.getElementById("threads").focus();
  if (requestConfig?.elt.closest(".choices")) say("The discussion is sorted anew.");
  before = undefined;
  if (owned()) import(here.own).then((own) => own.mark());
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // A refusal that is a whole page must not replace what was typed.
  const { target, xhr } = event.detail;
  if (xhr.status < 400 || xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  tell(target, "The site did not accept this. Nothing is lost: please try again.");
});

/** What a form could not send stays in it; a link is followed as without scripts, to whatever the site says there. */
const fail = ({ elt }, text) => {
  if (elt.matches("a")) location.assign(elt.href);
  else tell(elt, text);
};

document.addEventListener("htmx:responseError", (event) =>
  fail(event.detail, "Something went wrong at the site. Nothing is lost: please try again in a minute."),
);

document.addEventListener("htmx:sendError", (event) =>
  fail(event.detail, "The site cannot be reached just now. Nothing is lost: please try again."),
);

/** Whether this browser has written or voted here before. Where nothing may be remembered, it has not. */
const owned = () => {
  try {
    return localStorage.getItem("comments") || localStorage.getItem("votes");
  } catch {
    return null;
  }
};

if (document.querySelector("[data-mine]") || (document.querySelector(".discussion") && owned())) {
  import(here.own).then((own) => own.mark());
}

const WATCH_AFTER = 15_000; // most readers are not interested in what changes while they read the first lines
const discussion = document.getElementById("discussion");
if (discussion) setTimeout(() => import(here.live).then((live) => live.watch(discussion)), WATCH_AFTER);
