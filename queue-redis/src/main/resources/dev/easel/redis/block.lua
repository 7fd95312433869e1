-- Grants nothing on a key for a while; a longer block stays.
--
-- KEYS[1]  prefix of the queue, KEYS[2] the permits' key
-- ARGV     us
-- O(1)

local call = redis.call
call('DEL', KEYS[1] .. '-') -- so that a full Redis takes what follows
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local raw = call('GET', KEYS[2])
local used, blocked = 0, 0
if raw then
  used, blocked = struct.unpack('<dd', raw)
end
blocked = math.max(blocked, now + ARGV[1])
call('SET', KEYS[2], struct.pack('<dd', used, blocked), 'PX',
  math.max(1, math.ceil((math.max(used, blocked) - now) / 1000)))
return 1
