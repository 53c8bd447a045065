// When a question comes back: FSRS-6, with the published default weights and a wanted recall of nine in ten.
// Source: py-fsrs 6.3 of Open Spaced Repetition (MIT), https://github.com/open-spaced-repetition/py-fsrs,
// after Ye, Su and Cao, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling",
// KDD 2022.
// Left out: steps of minutes and the random spread of intervals. A test compares it with the package `fsrs`.

const W = [
  0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629,
  1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
const WANTED = 0.9;
const LONGEST = 36500; // days
const FACTOR = WANTED ** (-1 / W[20]) - 1; // so that the recall is WANTED after as many days as the stability

const between = (low, value, high) => Math.min(Math.max(value, low), high);
const firstDifficulty = (grade) => W[4] - Math.exp(W[5] * (grade - 1)) + 1;

function nextDifficulty(difficulty, grade) {
  const moved = difficulty - (W[6] * (grade - 3) * (10 - difficulty)) / 9;
  return between(1, W[7] * firstDifficulty(4) + (1 - W[7]) * moved, 10);
}

function nextStability(stability, difficulty, days, grade) {
  if (days < 1) {
    const growth = Math.exp(W[17] * (grade - 3 + W[18])) * stability ** -W[19];
    return stability * (grade > 1 ? Math.max(growth, 1) : growth);
  }
  const recall = (1 + (FACTOR * days) / stability) ** -W[20];
  if (grade === 1) {
    const fresh = W[11] * difficulty ** -W[12] * ((stability + 1) ** W[13] - 1);
    return Math.min(fresh * Math.exp((1 - recall) * W[14]), stability / Math.exp(W[17] * W[18]));
  }
  const gain = Math.exp(W[8]) * (11 - difficulty) * stability ** -W[9] * Math.expm1((1 - recall) * W[10]);
  return stability * (1 + gain * (grade === 2 ? W[15] : 1) * (grade === 4 ? W[16] : 1));
}

// Return {stability, difficulty, days until it comes back} after a grade: 1 again, 2 hard, 3 good, 4 easy.
// card: the same of the review before, or null; since: whole days that have passed since then.
function review(card, grade, since) {
  const stability = card ? nextStability(card.stability, card.difficulty, since, grade) : W[grade - 1];
  const difficulty = card ? nextDifficulty(card.difficulty, grade) : between(1, firstDifficulty(grade), 10);
  const kept = Math.max(stability, 0.001);
  return { stability: kept, difficulty, days: between(1, Math.round(kept), LONGEST) };
}

// The number of a day on this machine's calendar: a question that is due today is due from midnight on.
function dayOf(when) {
  const date = new Date(when);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 864e5;
}

export { dayOf, review };
