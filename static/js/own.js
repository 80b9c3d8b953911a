// What this browser has written and voted for. It is remembered here alone; the token of a comment opens its page.

const read = (name) => {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}");
  } catch {
    return {}; // readers may forbid to remember anything
  }
};

const write = (name, value) => {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // then it is forgotten
  }
};

const WAITING = {
  pending: "Your comment waits for a moderator.",
  rejected: "Your comment was rejected.",
  spam: "Your comment was rejected.",
};
const ASKED = 5; // of the comments that the page does not show, the newest
let isTold = false; // what became of those stands there already, or is being asked for

/** Remember a vote, or forget it. */
export const keepVote = (id, isGiven) => {
  const votes = read("votes");
  if (isGiven) votes[id] = 1;
  else delete votes[id];
  write("votes", votes);
};

const forget = (id) => {
  const comments = read("comments");
  delete comments[id];
  write("comments", comments);
};

const link = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href });

/** Below an own comment: the ways to edit and withdraw it. */
const offer = (id, { token, until }) => {
  const acts = document.querySelector(`#comment-${id} .comment__acts`);
  if (!acts || acts.querySelector(".own")) return;
  const own = document.createElement("span");
  own.className = "own";
  if (Date.now() / 1000 < until) own.append(link("Edit", `/comments/${id}/edit/${token}/`));
  own.append(
    link("Withdraw", `/comments/${id}/status/${token}/#withdraw`),
    link("Follow", `/comments/${id}/status/${token}/#follow`),
  );
  acts.querySelector(".vote")?.remove(); // nobody votes for themselves
  acts.append(own);
};

/** An own comment that the page does not show: what became of it. */
const tell = async (id, token) => {
  const answer = await fetch(`/api/v1/comments/${id}/status/`, { headers: { "X-Comment-Token": token } });
  if (answer.status === 403) return forget(id);
  const { status } = await answer.json();
  const text = WAITING[status];
  if (!text) return undefined;
  const line = document.createElement("p");
  line.className = "notice";
  line.append(`${text} `, link("What you can do", `/comments/${id}/status/${token}/`));
  const place = document.getElementById("own");
  place.append(line);
  place.hidden = false;
  return undefined;
};

/** Show what on this page is this reader's own. */
export const mark = () => {
  const mine = document.querySelector("[data-mine]")?.dataset;
  if (mine) {
    const { token, slug, until } = mine;
    write("comments", { ...read("comments"), [mine.mine]: { token, slug, until: Number(until) } });
    return;
  }
  for (const id of Object.keys(read("votes"))) {
    document.querySelector(`button[data-vote="${id}"]`)?.setAttribute("aria-pressed", "true");
  }
  const place = document.getElementById("own");
  const unseen = [];
  for (const [id, kept] of Object.entries(read("comments"))) {
    if (document.getElementById(`comment-${id}`)) offer(id, kept);
    else if (place && !isTold && location.pathname === `/articles/${kept.slug}/`) unseen.push([id, kept.token]);
  }
  isTold = true;
  for (const [id, token] of unseen.slice(-ASKED)) tell(id, token).catch(() => {});
};
