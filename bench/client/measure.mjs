/** Rounds that are thrown away, for the just-in-time compiler. */
const WARM_UP = 4;
const ROUNDS = 17;

/**
 * Measures two ways to do one thing in turn, each round in the other order, so that what disturbs the machine disturbs
 * both.
 *
 * @param bare does it once, and resolves with the microseconds that it took; so does `sdk`
 * @returns the medians, and how the ratios of the rounds lie around the ratio of the medians
 */
export async function compare(bare, sdk) {
  const times = new Map([
    [bare, []],
    [sdk, []],
  ]);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const way of round % 2 ? [sdk, bare] : [bare, sdk]) {
      const time = await way();
      if (round >= 0) times.get(way).push(time);
    }
  }
  const [bareTimes, sdkTimes] = times.values();
  const ratios = sdkTimes.map((time, round) => time / bareTimes[round]);
  const [bareMedian, sdkMedian] = [bareTimes, sdkTimes].map((values) => quantile(values, 0.5));
  return {
    bare: bareMedian,
    sdk: sdkMedian,
    ratio: sdkMedian / bareMedian,
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
  };
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}
