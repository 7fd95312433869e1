-- Makes a picture whole, or keeps one longer.
--
-- KEYS[1]  prefix of the queue
-- ARGV     picture, ms to keep it, its description, or '' to keep a whole one longer
-- answers  1, or 0 if a part is missing or there is no such picture
-- O(parts + log(pictures)); at most 100 parts

local call = redis.call
local P, id, keep = KEYS[1], ARGV[1], tonumber(ARGV[2])
call('DEL', P .. '-') -- so that a full Redis takes what follows
local key, text = P .. 'i:' .. id, ARGV[3]
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if text == '' then
  text = call('GET', key)
  if not text then
    return 0
  end
  if call('PTTL', key) >= keep then
    return 1
  end
end
local parts = struct.unpack('<I4', text)
for n = 0, parts - 1 do
  if call('PEXPIRE', key .. ':' .. n, keep) == 0 then
    return 0
  end
end
call('SET', key, text, 'PX', keep)
call('ZADD', P .. 'ix', now + keep, id)
return 1
