-- How many bytes all pictures have, without those that have expired.
--
-- KEYS[1]  prefix of the queue
-- answers  the bytes, or -1: ask again, since more have expired
-- O(64 * log(pictures))

local call = redis.call
local P = KEYS[1]
call('DEL', P .. '-') -- so that a full Redis takes what follows
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local total, freed = tonumber(call('GET', P .. 'ib') or 0), 0
local gone = call('ZRANGEBYSCORE', P .. 'ix', '-inf', now, 'LIMIT', 0, 64)
for _, old in ipairs(gone) do
  freed = freed + tonumber(call('HGET', P .. 'iz', old) or 0)
  call('ZREM', P .. 'ix', old)
  call('HDEL', P .. 'iz', old)
end
if freed > 0 and total > freed then
  call('SET', P .. 'ib', string.format('%.0f', total - freed))
elseif freed > 0 then
  call('DEL', P .. 'ib')
end
return #gone == 64 and -1 or total - freed
