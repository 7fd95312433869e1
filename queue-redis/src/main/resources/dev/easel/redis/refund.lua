-- Gives permits back, as far as that still makes a difference.
--
-- KEYS[1]  prefix of the queue, KEYS[2...] the permits' keys
-- ARGV     for each key: us per permit, amount
-- O(keys); at most 16

local call = redis.call
call('DEL', KEYS[1] .. '-') -- so that a full Redis takes what follows
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
for i = 2, #KEYS do
  local raw = call('GET', KEYS[i])
  if raw then
    local used, blocked = struct.unpack('<dd', raw)
    used = used - ARGV[2 * i - 3] * ARGV[2 * i - 2]
    if used > now or blocked > now then
      call('SET', KEYS[i], struct.pack('<dd', used, blocked), 'PX',
        math.ceil((math.max(used, blocked) - now) / 1000))
    else
      call('DEL', KEYS[i])
    end
  end
end
return 1
