-- Keeps a part of a picture, if there is room for it.
--
-- KEYS[1]  prefix of the queue
-- ARGV     picture, number of the part, the part, ms to keep it until the picture is whole, most bytes of all pictures
-- answers  1 kept | 0 no room | 2 no room yet: ask again, since more have expired
-- O(log(pictures)), and at most 64 pictures that have expired
--
-- i:<picture>  its description, once whole    i:<picture>:<n>  its parts    ib  bytes of all pictures
-- ix           pictures by the time they expire    iz  bytes of each

local call = redis.call
local P, id, part = KEYS[1], ARGV[1], ARGV[3]
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local total = tonumber(call('GET', P .. 'ib') or 0)
local gone = call('ZRANGEBYSCORE', P .. 'ix', '-inf', now, 'LIMIT', 0, 64)
local freed = 0
for _, old in ipairs(gone) do
  freed = freed + tonumber(call('HGET', P .. 'iz', old) or 0)
end
local left = total - freed

local function forget_gone()
  for _, old in ipairs(gone) do
    call('ZREM', P .. 'ix', old)
    call('HDEL', P .. 'iz', old)
  end
end

if left + #part > tonumber(ARGV[5]) then
  if #gone == 0 then
    return 0
  end
  forget_gone()
  if left > 0 then
    call('SET', P .. 'ib', string.format('%.0f', left))
  else
    call('DEL', P .. 'ib')
  end
  return #gone == 64 and 2 or 0
end
call('SET', P .. 'i:' .. id .. ':' .. ARGV[2], part, 'PX', ARGV[4]) -- the first write, which a full Redis refuses
forget_gone()
call('SET', P .. 'ib', string.format('%.0f', left + #part))
call('HINCRBY', P .. 'iz', id, #part)
call('ZADD', P .. 'ix', now + ARGV[4], id)
return 1
