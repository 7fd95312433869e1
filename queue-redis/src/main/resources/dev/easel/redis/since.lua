-- What changed in a conversation.
--
-- KEYS[1]  prefix of the queue
-- ARGV     conversation, revision, how many rows
-- answers  {1 if complete, revision to ask from next, 1 if there is more, message, revision, state, ...}
-- O(rows + log(rows of the conversation)); at most 500, and as many that were to be dropped
--
-- See put-row.lua for the keys.

local call = redis.call
local P, conversation, from, want = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local raw = call('GET', P .. 'mh:' .. conversation)
if not raw then
  return { from == 0 and 1 or 0, 0, 0 }
end
local revision, dropped = struct.unpack('<dd', raw)
local late = {}
for _, name in ipairs(call('ZRANGEBYSCORE', P .. 'mx:' .. conversation, '-inf', now)) do
  late[name] = true -- its time is over, though nobody has dropped it yet
  dropped = math.max(dropped, tonumber(call('ZSCORE', P .. 'mr:' .. conversation, name) or 0))
end
if from > 0 and (from < dropped or from > revision) then
  return { 0, 0, 0 }
end
local answer, last, more = { 1, 0, 0 }, from, 0
local found = call('ZRANGEBYSCORE', P .. 'mr:' .. conversation, '(' .. ARGV[2], '+inf', 'WITHSCORES')
for i = 1, #found, 2 do
  if not late[found[i]] then
    if #answer >= 3 + 3 * want then
      more = 1
      break
    end
    answer[#answer + 1] = found[i]
    answer[#answer + 1] = tonumber(found[i + 1])
    answer[#answer + 1] = call('HGET', P .. 'ms:' .. conversation, found[i])
    last = tonumber(found[i + 1])
  end
end
answer[2] = more == 1 and last or revision
answer[3] = more
return answer
