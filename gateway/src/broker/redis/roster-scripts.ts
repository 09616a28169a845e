import { script } from './script';

/**
 * What the scripts of a roster have in common.
 *
 * KEYS: roster, places, shares, version. ARGV: the channel; how to publish; time to live in ms. Whatever changes the roster
 * is announced with its version, which grows by one, and which a roster that was lost does not begin again from the start.
 */
const ROSTER = `
local roster, places, shares, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local live, publish, ttl = ARGV[1], ARGV[2], ARGV[3]

local function clock()
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end

local function refresh()
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ttl) end
end

local function now()
  return redis.call('GET', version) or (redis.call('SET', version, clock(), 'PX', ttl) and redis.call('GET', version))
end

local function announce(type, user, entry)
  now()
  redis.call('INCR', version)
  redis.call(publish, live, '{"roster":{"type":"' .. type .. '","version":' .. redis.call('GET', version)
    .. ',"user":' .. cjson.encode(user) .. ',"entry":' .. entry .. '}}')
end

local function without(nodes, node)
  local others = {}
  local found = false
  for each in string.gmatch(nodes, '%S+') do
    if each == node then found = true else others[#others + 1] = each end
  end
  return found, table.concat(others, ' ')
end

local function remove(user, nodes, node)
  local found, others = without(nodes, node)
  if not found then return end
  if redis.call('HINCRBY', shares, node, -1) <= 0 then redis.call('HDEL', shares, node) end
  if others ~= '' then
    redis.call('HSET', places, user, others)
    return
  end
  local entry = redis.call('HGET', roster, user)
  redis.call('HDEL', places, user)
  redis.call('HDEL', roster, user)
  if entry then announce('left', user, entry) end
end
`;

/** ARGV: … user, node, what is told of the user as JSON. Gives how the user is seen. */
export const JOIN = script(
  4,
  `${ROSTER}
local user, node = ARGV[4], ARGV[5]
local nodes = redis.call('HGET', places, user)
local entry = nodes and redis.call('HGET', roster, user)
if nodes and not without(nodes, node) then nodes = nodes .. ' ' .. node
elseif not nodes then nodes = node
else nodes = nil end
if nodes then
  redis.call('HSET', places, user, nodes)
  redis.call('HINCRBY', shares, node, 1)
end
if not entry then
  entry = '{' .. ARGV[6] .. '"connected_at":' .. clock() .. '}'
  redis.call('HSET', roster, user, entry)
  announce('joined', user, entry)
end
if nodes then refresh() end
return entry
`,
);

/** ARGV: … user, node. */
export const LEAVE = script(
  4,
  `${ROSTER}
local nodes = redis.call('HGET', places, ARGV[4])
if nodes then remove(ARGV[4], nodes, ARGV[5]) end
`,
);

/** ARGV: … user, what is told of the user as JSON. */
export const UPDATE = script(
  4,
  `${ROSTER}
local old = redis.call('HGET', roster, ARGV[4])
if not old then return end
local entry = '{' .. ARGV[5] .. '"connected_at":' .. string.match(old, '"connected_at":(%d+)}$') .. '}'
redis.call('HSET', roster, ARGV[4], entry)
announce('updated', ARGV[4], entry)
`,
);

/** ARGV: … a node, all of whose users are taken out. */
export const PURGE = script(
  4,
  `${ROSTER}
if redis.call('HEXISTS', shares, ARGV[4]) == 0 then return end
local all = redis.call('HGETALL', places)
for at = 1, #all, 2 do remove(all[at], all[at + 1], ARGV[4]) end
redis.call('HDEL', shares, ARGV[4])
`,
);

/** Gives the version, all users with their entries, and the nodes that they are on. */
export const SNAPSHOT = script(
  4,
  `${ROSTER}
local at = now()
refresh()
return { at, redis.call('HGETALL', roster), redis.call('HKEYS', shares) }
`,
);
