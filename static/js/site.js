// Everything here only saves reloads: without it the forms post and the pages answer.

const NEAR_LIMIT = 500;

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
    script.src = document.getElementById("site").dataset.htmx;
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
    const form = event.target.closest?.("form[hx-post]");
    if (form) fetchHtmx();
    if (form?.matches(".rating")) showOwnRating(form).catch(() => {});
  });
}

document.addEventListener("click", (event) => {
  const star = event.target.closest?.(".stars__choices label");
  const sound = event.target.closest?.("[data-listen]");
  // Arrow keys choose among the stars and Enter sends; only a pointer both chooses and sends.
  if (star && event.detail > 0) rate(star);
  if (sound) listen(sound);
  if ((star && event.detail > 0) || sound) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (isSettled || !form.matches("form[hx-post]")) return;
  event.preventDefault();
  fetchHtmx().then(() => form.requestSubmit(submitter));
});

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-limit]")) countLetters(event.target);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // A refusal that is a whole page must not replace what was typed.
  const { target, xhr } = event.detail;
  if (xhr.status < 400 || xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  tell(target, "The site did not accept this. Nothing is lost: please try again.");
});

document.addEventListener("htmx:responseError", (event) =>
  tell(event.detail.elt, "Something went wrong at the site. Nothing is lost: please try again in a minute."),
);

document.addEventListener("htmx:sendError", (event) =>
  tell(event.detail.elt, "The site cannot be reached just now. Nothing is lost: please try again."),
);
