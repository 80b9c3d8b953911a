// The article as readers will see it, beside the field it is written in; the site renders it, nothing is guessed here.

const PAUSE = 400;

document.addEventListener("DOMContentLoaded", () => {
  const area = document.querySelector("textarea[data-preview]");
  const place = document.getElementById("preview");
  if (!area || !place) return;
  area.closest(".form-row").after(place.closest("section"));
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  let waiting;
  let latest = 0;

  const show = async () => {
    const mine = ++latest;
    const answer = await fetch(place.dataset.url, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ body: area.value }),
    });
    if (mine !== latest) return;
    if (answer.ok) place.innerHTML = await answer.text();
    else if (answer.status === 400) place.textContent = await answer.text();
    else place.textContent = "The preview is not available just now.";
  };

  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => {}), PAUSE);
  });
  show().catch(() => {});
});
