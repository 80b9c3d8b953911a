// An open page learns what is new, and shows it when it is asked to: what is being read never moves.

const EVERY = 30_000;

/** Ask again and again, as long as somebody looks; most answers are "304: nothing is new". */
export const watch = (discussion) => {
  let shown = Number(discussion.dataset.count);
  let there = shown;
  const news = document.getElementById("news");

  const show = (told) => {
    there = told.comments;
    document.getElementById("discussion-count").textContent = told.comments;
    document.getElementById("margin-count").textContent = told.comments_told;
    document.querySelector(".rating__line").textContent = told.rating;
    document.getElementById("average-width").setAttribute("width", ((told.average ?? 0) / 5) * 240);
    const fresh = there - shown;
    news.hidden = fresh <= 0;
    news.textContent = fresh > 0 ? `${fresh} new comment${fresh === 1 ? "" : "s"}` : "";
    if (fresh < 0) shown = there;
  };

  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(discussion.dataset.live, { cache: "no-cache" });
    if (answer.ok) show(await answer.json());
  };

  // Named to the second, so that nobody gets the page that was kept before the news.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt === news) event.detail.parameters.v = Date.now();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.elt !== news) return;
    shown = there;
    news.hidden = true;
  });
  document.addEventListener("visibilitychange", () => ask().catch(() => {}));
  setInterval(() => ask().catch(() => {}), EVERY);
  ask().catch(() => {});
};
