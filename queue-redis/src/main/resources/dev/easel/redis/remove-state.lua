-- Removes a state if what is expected holds.
--
-- KEYS[1]  prefix of the queue, KEYS[2] the state
-- ARGV     'absent' | 'any' | the version expected
-- answers  1 if it was there and is gone
-- O(1)

local head = redis.call('GETRANGE', KEYS[2], 0, 7)
if #head < 8 or ARGV[1] == 'absent' or tonumber(ARGV[1]) and tonumber(ARGV[1]) ~= struct.unpack('<d', head) then
  return 0
end
return redis.call('DEL', KEYS[2])
