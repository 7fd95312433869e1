-- Removes a picture, whole or not.
--
-- KEYS[1]  prefix of the queue
-- ARGV     picture, most parts
-- O(parts + log(pictures))

local call = redis.call
local P, id = KEYS[1], ARGV[1]
call('UNLINK', P .. 'i:' .. id)
for n = 0, ARGV[2] - 1 do
  if call('UNLINK', P .. 'i:' .. id .. ':' .. n) == 0 then
    break
  end
end
local bytes = tonumber(call('HGET', P .. 'iz', id) or 0)
if bytes > 0 then
  local left = tonumber(call('GET', P .. 'ib') or 0) - bytes
  if left > 0 then
    call('SET', P .. 'ib', string.format('%.0f', left))
  else
    call('DEL', P .. 'ib')
  end
  call('HDEL', P .. 'iz', id)
  call('ZREM', P .. 'ix', id)
end
return 1
