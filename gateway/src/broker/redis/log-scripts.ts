import { script } from './script';

/**
 * What the scripts of a room's log have in common.
 *
 * KEYS: stream, log. ARGV: the server's run id, or nothing where the script has to ask; an epoch for a log that begins anew;
 * most messages; most bytes; age in ms; time to live in ms. An offset is the number of entries that were ever added to the
 * stream, those of backends among them. The log begins anew where it is not known, where the server is another process than
 * before, which may have lost what it had confirmed, and where fewer were added than before.
 */
const LOG = `
local stream, log = KEYS[1], KEYS[2]
local most, mostBytes, age, ttl = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local function whole(number) return string.format('%.0f', number) end
local function ms(id) return tonumber(string.match(id, '^%d+')) end

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function size(entry)
  local bytes = 0
  for _, text in ipairs(entry[2] or {}) do bytes = bytes + #text end
  return bytes
end

local function look()
  local info = {}
  local reply = redis.call('XINFO', 'STREAM', stream)
  for at = 1, #reply, 2 do info[reply[at]] = reply[at + 1] end
  return info['length'], info['entries-added'], info['last-generated-id'], info['first-entry']
end

local function keep(length, added, first, now, own)
  local known = redis.call('HMGET', log, 'epoch', 'run', 'added', 'bytes', 'at')
  local run = ARGV[1]
  if run == '' then run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') end
  local epoch, before, bytes = known[1], tonumber(known[3]) or 0, tonumber(known[4]) or 0
  local isNew = not epoch or known[2] ~= run or added < before + (own and 1 or 0)
  local unknown = added - before
  if isNew then epoch, bytes, unknown = ARGV[2], 0, length end
  if own and unknown == 1 then
    bytes = bytes + own
  elseif unknown > 0 and length > 0 then
    for _, entry in ipairs(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', math.min(unknown, length))) do
      bytes = bytes + size(entry)
    end
  end

  local drop, page, at = 0, nil, 0
  while first and (length - drop > most or bytes > mostBytes or ms(first[1]) <= now - age) do
    bytes = bytes - size(first)
    drop = drop + 1
    at = at + 1
    if not page or not page[at] then
      page, at = redis.call('XRANGE', stream, '(' .. first[1], '+', 'COUNT', drop == 1 and 1 or 50), 1
    end
    first = page[at]
  end
  if drop > 0 then redis.call('XTRIM', stream, 'MAXLEN', length - drop) end

  if isNew then redis.call('HSET', log, 'epoch', epoch, 'run', run) end
  if isNew or drop > 0 or unknown > 0 then
    redis.call('HSET', log, 'added', whole(added), 'bytes', whole(math.max(bytes, 0)))
  end
  local refreshed = tonumber(known[5])
  -- A key has its time to live only once there is something in it.
  if isNew or not refreshed or now - refreshed > ttl / 24 or (before == 0 and added > 0) then
    redis.call('HSET', log, 'at', whole(now))
    redis.call('PEXPIRE', log, ttl)
    redis.call('PEXPIRE', stream, ttl)
  end
  return epoch, length - drop
end
`;

/**
 * Counts, keeps and announces a message.
 *
 * KEYS: … the message's id. ARGV: … the message as JSON; the channel; how to publish; for how many ms its id is remembered, 0
 * for not at all; its id as it may stand in JSON, twice, where it may be in the stream already.
 *
 * Gives `epoch offset id`, of the first of that id if this is not the first; `there` where a backend had added it.
 */
export const APPEND = script(
  3,
  `${LOG}
local seen, json, live, publish, remembered = KEYS[3], ARGV[7], ARGV[8], ARGV[9], tonumber(ARGV[10])
if remembered > 0 then
  local first = redis.call('GET', seen)
  if first then return first end
end
if ARGV[11] then
  for _, entry in ipairs(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 100)) do
    for _, text in ipairs(entry[2]) do
      if string.find(text, ARGV[11], 1, true) or string.find(text, ARGV[12], 1, true) then
        local isRead, message = pcall(cjson.decode, text)
        if isRead and type(message) == 'table' and tostring(message.id) == ARGV[13] then
          redis.call('SET', seen, 'there', 'PX', remembered)
          return 'there'
        end
      end
    end
  end
end
local id = redis.call('XADD', stream, '*', 'payload', json)
local length, added, _, first = look()
local epoch = keep(length, added, first, ms(id), #'payload' + #json)
local offset = whole(added)
redis.call(publish, live, string.sub(json, 1, -2) .. ',"position":{"epoch":"' .. epoch .. '","offset":' .. offset
  .. '},"stream_id":"' .. id .. '"}')
local place = epoch .. ' ' .. offset .. ' ' .. id
if remembered > 0 then redis.call('SET', seen, place, 'PX', remembered) end
return place
`,
);

/**
 * Reads a log. ARGV: … `since`, an epoch and an offset; or `last` and a count; or `after` and an entry's id.
 *
 * Gives the epoch, the offset, the id of the last entry, and the entries; none where some of what was asked for is gone.
 */
export const READ = script(
  2,
  `${LOG}
local length, added, last, first = 0, 0, '0-0', nil
if redis.call('EXISTS', stream) == 1 then length, added, last, first = look() end
local epoch
epoch, length = keep(length, added, first, clock())
local entries = false
if ARGV[7] == 'after' then
  entries = length > 0 and redis.call('XRANGE', stream, '(' .. ARGV[8], '+') or {}
else
  local count = -1
  if ARGV[7] == 'last' then count = math.min(tonumber(ARGV[8]), length)
  elseif ARGV[8] == epoch then count = added - tonumber(ARGV[9]) end
  if count == 0 then entries = {}
  elseif count > 0 and count <= length then
    entries = {}
    local found = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', count)
    for at = #found, 1, -1 do entries[#entries + 1] = found[at] end
  end
end
return { epoch, whole(added), last, entries }
`,
);
