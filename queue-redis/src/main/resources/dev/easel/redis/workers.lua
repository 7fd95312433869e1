-- The workers of a lane that were seen within the last minute.
--
-- KEYS[1]  prefix
-- ARGV     lane
-- answers  name, ms when it was seen, name, ...
-- O(workers)

local key = KEYS[1] .. 'k:' .. ARGV[1]
local time = redis.call('TIME')
return redis.call('ZRANGEBYSCORE', key, time[1] * 1000 - 60000, '+inf', 'WITHSCORES')
