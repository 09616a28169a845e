import { script } from './script';

const CLOCK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Says that a node is alive. KEYS: nodes. ARGV: the node, after how many ms it is taken for dead, and `again` where it has said
 * so before: then it does not come back to life. Gives 1, or 0 where it is dead; and the nodes that are alive.
 */
export const HEARTBEAT = script(
  1,
  `${CLOCK}
local last = redis.call('ZSCORE', KEYS[1], ARGV[1])
local isAlive = ARGV[3] ~= 'again' or (last and now - last < tonumber(ARGV[2]))
if isAlive then redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[2]))
redis.call('PEXPIRE', KEYS[1], 100 * ARGV[2])
return { isAlive and 1 or 0, redis.call('ZRANGE', KEYS[1], 0, -1) }
`,
);

/** KEYS: nodes. ARGV: after how many ms a node is taken for dead. Gives the nodes that are alive. */
export const ALIVE = script(
  1,
  `${CLOCK}
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now - ARGV[1]), '+inf')
`,
);

/** KEYS: a count. ARGV: the node, its share, time to live in ms. Gives the shares of all nodes. */
export const COUNT = script(
  1,
  `
if ARGV[2] == '0' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HGETALL', KEYS[1])
`,
);

/**
 * KEYS: a claim. ARGV: the node, for how many ms it is its own, a node that is dead. Gives nothing where the claim is the
 * node's now, else who has it (\`?node\`) or how it went (\`=outcome\`).
 */
export const CLAIM = script(
  1,
  `
local now = redis.call('GET', KEYS[1])
if now and now ~= '?' .. ARGV[3] then return now end
redis.call('SET', KEYS[1], '?' .. ARGV[1], 'PX', ARGV[2])
return false
`,
);

/** KEYS: a claim. ARGV: the node, what comes in the place of its claim and for how many ms; nothing gives it back. */
export const SETTLE = script(
  1,
  `
if redis.call('GET', KEYS[1]) ~= '?' .. ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
`,
);
